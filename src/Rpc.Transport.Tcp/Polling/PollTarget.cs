namespace Rpc.Transport.Tcp.Polling;

/// <summary>What the events of a socket go to.</summary>
internal abstract class PollTarget
{
    /// <summary>The number that comes with its events; the table's own.</summary>
    internal ulong Number { get; set; }
}
