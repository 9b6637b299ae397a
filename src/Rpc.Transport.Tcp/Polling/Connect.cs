using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>connect(2) for a socket that does not block.</summary>
internal static unsafe partial class Connect
{
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
        return error is InProgress or ErrorNumber.Interrupted ? false : throw new SocketException((int)ErrorNumber.Map(error));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(SafeSocketHandle socket, byte* address, uint length);
}
