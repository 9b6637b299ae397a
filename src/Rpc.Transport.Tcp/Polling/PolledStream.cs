using System.Runtime.CompilerServices;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>A polled socket, which it owns, as a stream for TLS and for handshakes. Asynchronous alone. Cancelling an operation ends the waiting of the whole socket, which is
/// to be closed then.</summary>
internal sealed class PolledStream(PolledSocket socket) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <remarks>With an empty buffer it waits until there is something to read.</remarks>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.CanBeCanceled)
        {
            return ReadAsync(buffer, isCancellable: true, cancellationToken);
        }

        if (buffer.IsEmpty)
        {
            return socket.WaitToReceiveAsync();
        }

        int received;
        try
        {
            received = socket.TryReceive(buffer.Span);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<int>(new IOException(exception.Message, exception));
        }

        return received >= 0 ? new ValueTask<int>(received) : ReadAsync(buffer, isCancellable: false, CancellationToken.None);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var registration = Register(cancellationToken);
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[await socket.SendAsync(buffer).ConfigureAwait(false)..];
            }
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException(exception.Message, exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Nothing is held back.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAsync(Memory<byte> buffer, bool isCancellable, CancellationToken cancellationToken)
    {
        using var registration = isCancellable ? Register(cancellationToken) : default;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var received = buffer.IsEmpty ? -1 : socket.TryReceive(buffer.Span);
                if (received >= 0)
                {
                    return received;
                }

                await socket.WaitToReceiveAsync().ConfigureAwait(false);
                if (buffer.IsEmpty)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return 0;
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException(exception.Message, exception);
        }
    }

    private CancellationTokenRegistration Register(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static state => ((PolledSocket)state!).Detach(), socket);
}
