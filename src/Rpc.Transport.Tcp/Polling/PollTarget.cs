using System.Runtime.InteropServices;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>A socket that a <see cref="SocketPoller"/> watches: what its events go to.</summary>
internal abstract class PollTarget
{
    /// <summary>The number that comes with its events; the table's own.</summary>
    internal ulong Number { get; set; }

    /// <summary>The socket.</summary>
    internal abstract SafeHandle Handle { get; }

    /// <summary>The events to report.</summary>
    internal abstract uint Interest { get; }

    /// <summary>Changes with each step within <see cref="OnEvents"/>: who takes many is not held up.</summary>
    internal virtual int Step => 0;

    /// <summary>Events of the system. On the poller's thread.</summary>
    /// <returns>Whether there is more to do, once the other sockets have had their events.</returns>
    internal abstract bool OnEvents(uint events);

    /// <summary>What ran for this socket held the poller up.</summary>
    internal abstract void Demote();

    /// <summary>The thread that led the poller was deposed, perhaps within <see cref="OnEvents"/> of this socket; another leads from here on.</summary>
    /// <returns>As <see cref="OnEvents"/>.</returns>
    internal virtual bool Resume() => false;
}
