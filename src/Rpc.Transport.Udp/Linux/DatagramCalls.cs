using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rpc.Transport.Udp.Linux;

/// <summary>sendmsg(2) and recvmsg(2) with the control messages by which many datagrams pass in one call: udp(7), UDP_SEGMENT and UDP_GRO.</summary>
internal static unsafe partial class DatagramCalls
{
    private const int UdpLevel = 17;
    private const int Segment = 103;
    private const int ReceiveOffload = 104;
    private const int DontWait = 0x40;

    // A control message: its length, level, type, then the data, at multiples of a pointer's size.
    private static readonly int s_controlHeader = Align(sizeof(nuint) + (2 * sizeof(int)));

    /// <summary>Asks to receive datagrams of one sender that came together in one piece, where the system does that: Linux 5.0 and later.</summary>
    internal static void Join(Socket socket)
    {
        try
        {
            socket.SetRawSocketOption(UdpLevel, ReceiveOffload, BitConverter.GetBytes(1));
        }
        catch (SocketException)
        {
            // They come one by one.
        }
    }

    /// <summary>Whether the system cuts what is sent: Linux 4.18 and later.</summary>
    internal static bool CanCut(Socket socket)
    {
        try
        {
            return socket.GetRawSocketOption(UdpLevel, Segment, new byte[sizeof(int)]) == sizeof(int);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Sends datagrams, waiting while the system has no room.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="datagrams">The datagrams, one after another.</param>
    /// <param name="size">The bytes of each but the last, which may be shorter.</param>
    /// <param name="address">Where to; empty for a connected socket.</param>
    /// <returns>0, or the error.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    internal static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> datagrams, int size, ReadOnlySpan<byte> address)
    {
        var control = stackalloc byte[64];
        fixed (byte* bytes = datagrams)
        fixed (byte* name = address)
        {
            var vector = new Vector { Base = bytes, Length = (nuint)datagrams.Length };
            var message = new Message { Name = name, NameLength = (uint)address.Length, Vectors = &vector, VectorCount = 1 };
            if (datagrams.Length > size)
            {
                Unsafe.WriteUnaligned(control, (nuint)(s_controlHeader + sizeof(ushort)));
                Unsafe.WriteUnaligned(control + sizeof(nuint), UdpLevel);
                Unsafe.WriteUnaligned(control + sizeof(nuint) + sizeof(int), Segment);
                Unsafe.WriteUnaligned(control + s_controlHeader, (ushort)size);
                message.Control = control;
                message.ControlLength = (nuint)(s_controlHeader + Align(sizeof(ushort)));
            }

            return sendmsg(socket, &message, 0) >= 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Receives what is there, without waiting.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Where to.</param>
    /// <param name="address">Where the sender's address goes.</param>
    /// <param name="addressSize">Its bytes.</param>
    /// <param name="size">The bytes of each datagram but the last, which may be shorter.</param>
    /// <returns>The bytes received, or an error less than 0.</returns>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    internal static int Receive(SafeSocketHandle socket, Span<byte> buffer, Span<byte> address, out int addressSize, out int size)
    {
        const int ControlSize = 64;
        var control = stackalloc byte[ControlSize];
        fixed (byte* bytes = buffer)
        fixed (byte* name = address)
        {
            var vector = new Vector { Base = bytes, Length = (nuint)buffer.Length };
            var message = new Message
            {
                Name = name,
                NameLength = (uint)address.Length,
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = ControlSize,
            };
            var received = (int)recvmsg(socket, &message, DontWait);
            if (received < 0)
            {
                addressSize = size = 0;
                return -Marshal.GetLastPInvokeError();
            }

            addressSize = (int)message.NameLength;
            size = Math.Max(1, received);
            if (message.ControlLength >= (nuint)(s_controlHeader + sizeof(int))
                && Unsafe.ReadUnaligned<int>(control + sizeof(nuint)) == UdpLevel
                && Unsafe.ReadUnaligned<int>(control + sizeof(nuint) + sizeof(int)) == ReceiveOffload)
            {
                size = Math.Max(1, Unsafe.ReadUnaligned<int>(control + s_controlHeader));
            }

            return received;
        }
    }

    private static int Align(int size) => (size + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(SafeSocketHandle socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(SafeSocketHandle socket, Message* message, int flags);

    // iovec of sys/uio.h.
    private struct Vector
    {
        internal byte* Base;
        internal nuint Length;
    }

    // msghdr of sys/socket.h. Where a C library has narrower lengths, padding follows them: on the little-endian systems of .NET that is the same.
    private struct Message
    {
        internal byte* Name;
        internal uint NameLength;
        internal Vector* Vectors;
        internal nuint VectorCount;
        internal byte* Control;
        internal nuint ControlLength;
        internal int Flags;
    }
}
