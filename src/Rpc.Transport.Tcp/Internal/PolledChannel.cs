using Rpc.Transport.Tcp.Polling;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A connected stream socket that is polled by threads of our own: see <see cref="SocketPoller"/>.</summary>
internal sealed class PolledChannel : ByteChannel
{
    private readonly SocketCloser _closer;
    private readonly PolledSocket _socket;

    internal PolledChannel(PolledSocket socket, SocketCloser closer)
    {
        _closer = closer;
        _socket = socket;
    }

    internal override bool WaitsWithEmptyBuffer => true;

    internal override bool CanTryReceive => true;

    internal override int TryReceive(Span<byte> buffer) => _socket.TryReceive(buffer);

    internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer) =>
        buffer.IsEmpty ? _socket.WaitToReceiveAsync() : throw new NotSupportedException("A polled socket waits without a buffer.");

    internal override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes);

    internal override int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) => _socket.TrySend(first, second);

    internal override ValueTask EndAsync()
    {
        _closer.End();
        return default;
    }

    internal override void Abort() => _closer.Abort();

    internal override void Close() => _closer.Close();

    internal override TransportException Map(Exception exception) => SocketErrors.Map(exception, _closer.IsAborted);
}
