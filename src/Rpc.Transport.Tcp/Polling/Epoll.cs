using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>The three calls of epoll(7), and the layout of what they report.</summary>
internal static unsafe partial class Epoll
{
    /// <summary>There is something to read.</summary>
    internal const uint In = 0x1;

    /// <summary>There is room to write.</summary>
    internal const uint Out = 0x4;

    /// <summary>The socket broke; always reported.</summary>
    internal const uint Error = 0x8;

    /// <summary>Both directions have ended; always reported.</summary>
    internal const uint HangUp = 0x10;

    /// <summary>The peer has ended its direction.</summary>
    internal const uint PeerHangUp = 0x2000;

    /// <summary>A change is reported once, not for as long as it lasts.</summary>
    private const uint EdgeTriggered = 0x8000_0000;

    private const int CloseOnExec = 0x80000;
    private const int Add = 1;

    /// <summary>Bytes of an event, which is packed on x86 alone: epoll_event in linux/eventpoll.h.</summary>
    internal static readonly int EventSize = IsPacked ? 12 : 16;

    private static readonly int s_dataOffset = IsPacked ? 4 : 8;

    private static bool IsPacked => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    /// <summary>Makes an instance.</summary>
    /// <returns>Its descriptor.</returns>
    /// <exception cref="SocketException">The system has no room.</exception>
    internal static int Create()
    {
        var descriptor = epoll_create1(CloseOnExec);
        return descriptor >= 0 ? descriptor : throw new SocketException((int)SocketError.TooManyOpenSockets);
    }

    /// <summary>Watches a socket, until it is closed.</summary>
    /// <exception cref="SocketException">The system has no room.</exception>
    internal static void Watch(int epoll, SafeHandle socket, uint events, ulong data)
    {
        var buffer = stackalloc byte[16];
        Unsafe.WriteUnaligned(buffer, events | EdgeTriggered);
        Unsafe.WriteUnaligned(buffer + s_dataOffset, data);
        var held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            if (epoll_ctl(epoll, Add, (int)socket.DangerousGetHandle(), buffer) < 0)
            {
                throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
            }
        }
        finally
        {
            if (held)
            {
                socket.DangerousRelease();
            }
        }
    }

    /// <summary>Waits for events.</summary>
    /// <param name="epoll">The instance.</param>
    /// <param name="events">Room for <paramref name="max"/> events of <see cref="EventSize"/> bytes.</param>
    /// <param name="max">The most to report.</param>
    /// <param name="timeout">Milliseconds; -1 waits for ever, 0 not at all.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="InvalidOperationException">The instance is no longer one.</exception>
    internal static int Wait(int epoll, byte* events, int max, int timeout)
    {
        while (true)
        {
            var count = epoll_wait(epoll, events, max, timeout);
            if (count >= 0)
            {
                return count;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error != ErrorNumber.Interrupted)
            {
                throw new InvalidOperationException($"epoll_wait failed with {error}.");
            }
        }
    }

    /// <summary>Reads one of the events.</summary>
    internal static uint Read(byte* events, int index, out ulong data)
    {
        var at = events + (index * EventSize);
        data = Unsafe.ReadUnaligned<ulong>(at + s_dataOffset);
        return Unsafe.ReadUnaligned<uint>(at);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, byte* events, int max, int timeout);
}
