using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Writes a stream of bytes as binary messages of a WebSocket.</summary>
/// <remarks>A write or flush that is cancelled while its bytes are on their way cuts the connection: half a message cannot be taken back.</remarks>
internal sealed class WebSocketPipeWriter(WebSocketTransportConnection connection, WebSocket socket) : PipeWriter
{
    /// <summary>The most bytes of one message. The platform copies each message, behind a header of at most 14 bytes, to a pooled array: this is
    /// the largest that fits one of 64 KiB. Larger bounds, which need arrays of the large object heap, are slower (1 MiB writes:
    /// 3.7–4.4 GB/s with 64 KiB, 3.0–3.3 GB/s with 256 KiB).</summary>
    public const int MaxMessageSize = (64 * 1024) - 14;

    private const int MinBufferSize = 4 * 1024;

    private byte[]? _buffer;
    private int _length;
    private bool _completed;
    private bool _cancelRequested;
    private Task _completion = Task.CompletedTask;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    public override void Advance(int bytes)
    {
        if (_buffer is null ? bytes != 0 : (uint)bytes > (uint)(_buffer.Length - _length))
        {
            throw new ArgumentOutOfRangeException(nameof(bytes));
        }

        _length += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new ValueTask<FlushResult>(Task.FromCanceled<FlushResult>(cancellationToken));
        }

        ThrowIfCompleted();
        if (_length != 0)
        {
            if (!source.IsEmpty)
            {
                Reserve(source.Length);
                source.Span.CopyTo(_buffer.AsSpan(_length));
                _length += source.Length;
            }

            source = _buffer.AsMemory(0, _length);
        }

        if (source.Length > MaxMessageSize)
        {
            return SendAsync(default, source, cancellationToken);
        }

        if (source.IsEmpty)
        {
            return new ValueTask<FlushResult>(Sent());
        }

        try
        {
            connection.ThrowIfFailed();
            var send = socket.SendAsync(source, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            if (!send.IsCompletedSuccessfully)
            {
                return SendAsync(send, default, cancellationToken);
            }

            send.GetAwaiter().GetResult();
            return new ValueTask<FlushResult>(Sent());
        }
        catch (Exception exception)
        {
            throw connection.Fail(exception);
        }
    }

    /// <summary>Makes the waiting flush, or else the next, say that it was cancelled; it does so when its bytes were taken.</summary>
    public override void CancelPendingFlush() => Volatile.Write(ref _cancelRequested, true);

    /// <summary>As <see cref="CompleteAsync"/>, which disposing the connection then waits for.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            connection.Abort();
        }

        if (!_completed)
        {
            _completed = true;
            _completion = connection.HasFailed ? Task.CompletedTask : CloseAsync();
        }
    }

    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Complete(exception);
        return new ValueTask(_completion);
    }

    /// <summary>Gives the memory back; after the connection was cut.</summary>
    public async ValueTask ReleaseAsync()
    {
        _completed = true;
        try
        {
            await _completion.ConfigureAwait(false);
        }
        catch (TransportException)
        {
            // Whoever completed the writer was told.
        }

        ReleaseBuffer();
    }

#if NET
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private async ValueTask<FlushResult> SendAsync(ValueTask pending, ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.CanBeCanceled
            ? cancellationToken.Register(static connection => ((WebSocketTransportConnection)connection!).Abort(), connection)
            : default;
        try
        {
            await pending.ConfigureAwait(false);

            // In equal parts: 64 KiB as one message of the most bytes and one of 14 would cost a third of the throughput.
            var parts = (rest.Length / MaxMessageSize) + 1;
            while (!rest.IsEmpty)
            {
                connection.ThrowIfFailed();
                var message = rest[..(rest.Length / parts--)];
                await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
                rest = rest[message.Length..];
            }

            return Sent();
        }
        catch (Exception exception)
        {
            var failure = connection.Fail(exception);
            cancellationToken.ThrowIfCancellationRequested();
            throw failure;
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            if (_length != 0)
            {
                await SendAsync(default, _buffer.AsMemory(0, _length), CancellationToken.None).ConfigureAwait(false);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
            connection.EndDirection();
        }
        catch (Exception exception)
        {
            throw connection.Fail(exception);
        }
    }

    private FlushResult Sent()
    {
        ReleaseBuffer();
        return Volatile.Read(ref _cancelRequested) ? TakeCancelRequest() : default;
    }

    private FlushResult TakeCancelRequest()
    {
        _cancelRequested = false;
        return new FlushResult(isCanceled: true, isCompleted: false);
    }

    private void Reserve(int size)
    {
        ThrowIfCompleted();
        size = Math.Max(size, 1);
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(size, MinBufferSize));
        }
        else if (_buffer.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + size), _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }

    private void ReleaseBuffer()
    {
        _length = 0;
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The writer was completed.");
        }
    }
}
