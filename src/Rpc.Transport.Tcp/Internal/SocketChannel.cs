using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A connected stream socket.</summary>
internal sealed class SocketChannel : ByteChannel
{
    private readonly SocketCloser _closer;
    private readonly Socket _socket;
    private ArraySegment<byte>[]? _pair;

    internal SocketChannel(Socket socket, SocketCloser closer)
    {
        _socket = socket;
        _closer = closer;

        // TryReceive must not wait. Asynchronous operations do not depend on it.
        socket.Blocking = false;
    }

    internal override bool WaitsWithEmptyBuffer => false;

    internal override bool CanTryReceive => true;

    internal override int TryReceive(Span<byte> buffer)
    {
        var received = _socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => received,
            SocketError.WouldBlock or SocketError.IOPending => -1,
            _ => throw new SocketException((int)error),
        };
    }

    // The overload for Memory pools its operation within the socket and first tries without waiting; the one for arrays allocates a task.
    internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None, CancellationToken.None);

    // Without waiting first: the socket makes its asynchronous operation, half a kilobyte that also keeps the last memory sent alive, only
    // for a connection that has had to wait.
    internal override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var sent = _socket.Send(bytes.Span, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => new ValueTask<int>(sent),
            SocketError.WouldBlock or SocketError.IOPending => _socket.SendAsync(bytes, SocketFlags.None, CancellationToken.None),
            _ => throw new SocketException((int)error),
        };
    }

    internal override int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (!MemoryMarshal.TryGetArray(first, out var one) || !MemoryMarshal.TryGetArray(second, out var two))
        {
            return 0;
        }

        var pair = _pair ??= new ArraySegment<byte>[2];
        (pair[0], pair[1]) = (one, two);
        var sent = _socket.Send(pair, SocketFlags.None, out var error);
        Array.Clear(pair, 0, pair.Length);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock or SocketError.IOPending => 0,
            _ => throw new SocketException((int)error),
        };
    }

    internal override ValueTask EndAsync()
    {
        _closer.End();
        return default;
    }

    internal override void Abort() => _closer.Abort();

    internal override void Close() => _closer.Close();

    internal override TransportException Map(Exception exception) => SocketErrors.Map(exception, _closer.IsAborted);
}
