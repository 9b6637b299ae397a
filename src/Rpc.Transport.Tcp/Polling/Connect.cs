using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>connect(2) for a socket that does not block.</summary>
internal static unsafe partial class Connect
{
    private const int Interrupted = 4;
    private const int InProgress = 115;

    /// <summary>Begins to connect.</summary>
    /// <returns>True when connected at once; false when the socket becomes writable with the outcome.</returns>
    /// <exception cref="SocketException">It failed at once.</exception>
    internal static bool Begin(SafeSocketHandle socket, EndPoint endPoint)
    {
        var address = endPoint.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (connect(socket, bytes, (uint)address.Size) == 0)
            {
                return true;
            }
        }

        var error = Marshal.GetLastPInvokeError();
        return error is InProgress or Interrupted ? false : throw new SocketException((int)Map(error));
    }

    // errno(3) of Linux, as far as connect(2) names it. 11 is a Unix socket with too many that wait to be accepted.
    private static SocketError Map(int error) => error switch
    {
        1 or 13 => SocketError.AccessDenied,
        2 => SocketError.AddressNotAvailable,
        11 => SocketError.ConnectionRefused,
        22 => SocketError.InvalidArgument,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,
        99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        104 => SocketError.ConnectionReset,
        105 => SocketError.NoBufferSpaceAvailable,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    };

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(SafeSocketHandle socket, byte* address, uint length);
}
