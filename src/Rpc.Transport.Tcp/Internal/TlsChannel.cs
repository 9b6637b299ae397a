using System.Net.Security;
using System.Net.Sockets;
#if NET8_0_OR_GREATER
using System.Runtime.CompilerServices;
#endif
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>TLS over a socket, after the handshake.</summary>
internal sealed class TlsChannel(SslStream stream, SocketCloser closer) : ByteChannel
{
    /// <summary>An empty read makes the stream give its own buffers back while it waits.</summary>
    internal override bool WaitsWithEmptyBuffer => true;

    internal override bool CanTryReceive => false;

    internal override int TryReceive(Span<byte> buffer) => -1;

    internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer, CancellationToken.None);

    internal override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var write = stream.WriteAsync(bytes, CancellationToken.None);
        if (!write.IsCompletedSuccessfully)
        {
            return AwaitAsync(write, bytes.Length);
        }

        // A source that is pooled goes back with its result.
        write.GetAwaiter().GetResult();
        return new ValueTask<int>(bytes.Length);
    }

    internal override async ValueTask EndAsync()
    {
        await stream.ShutdownAsync().ConfigureAwait(false);
        closer.End();
    }

    internal override void Abort() => closer.Abort();

    internal override void Close()
    {
        closer.Close();
        stream.Dispose();
    }

    internal override TransportException Map(Exception exception) => SocketErrors.Map(exception, closer.IsAborted);

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private static async ValueTask<int> AwaitAsync(ValueTask write, int length)
    {
        await write.ConfigureAwait(false);
        return length;
    }
}
