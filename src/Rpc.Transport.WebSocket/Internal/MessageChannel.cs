using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>The messages of a WebSocket that the platform or a web framework opened.</summary>
/// <remarks>A receive is never cancelled: that would abort the WebSocket. One into no memory waits for the beginning of a message without holding a buffer.</remarks>
internal sealed class MessageChannel(WebSocket socket) : ByteChannel
{
    // The first reason for which the connection broke; every later operation fails for the same.
    private TransportException? _failure;

    // Of the receiving side: the beginning of a message has come and not its end; the peer has closed.
    private bool _isInMessage;
    private bool _isEnded;

    // Directions that still may carry something; the last one closes the socket.
    private int _openDirections = 2;

    // It never fails.
    private Task _rejection = Task.CompletedTask;

    internal override bool WaitsWithEmptyBuffer => true;

    internal override bool CanTryReceive => false;

    internal override int TryReceive(Span<byte> buffer) => -1;

    internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        ThrowIfFailed();
        if (!buffer.IsEmpty && !_isInMessage)
        {
            // What was there was an empty message, or the end.
            return default;
        }

        var receive = socket.ReceiveAsync(buffer, CancellationToken.None);
        return receive.IsCompletedSuccessfully ? new ValueTask<int>(Take(receive.Result)) : AwaitAsync(receive);
    }

    internal override Received Unwrap(Span<byte> received, bool mayStartLater) => new(0, received.Length, _isEnded);

    internal override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        ThrowIfFailed();
        var message = FrameSender.FirstPart(bytes);
        var send = socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        if (!send.IsCompletedSuccessfully)
        {
            return AwaitAsync(send, message.Length);
        }

        // A source that is pooled goes back with its result.
        send.GetAwaiter().GetResult();
        return new ValueTask<int>(message.Length);
    }

    internal override async ValueTask EndAsync()
    {
        ThrowIfFailed();
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
        EndDirection();
    }

    internal override void Abort()
    {
        Interlocked.CompareExchange(ref _failure, new TransportException(TransportError.ConnectionAborted, "This side cut the connection."), null);
        try
        {
            socket.Abort();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or IOException or WebSocketException)
        {
            // It is gone, which is what was asked for.
        }
    }

    internal override void Close() => socket.Dispose();

    internal override TransportException Map(Exception exception)
    {
        var failure = TransportFailure.From(exception, "The WebSocket connection broke");
        if (failure.Error == TransportError.ConnectionAborted)
        {
            // A cut by this side is recorded before it is made, so here the socket gave up by itself: the peer's cut, seen by the other direction first.
            failure = new TransportException(TransportError.ConnectionReset, failure.Message, exception);
        }

        return Interlocked.CompareExchange(ref _failure, failure, null) is { } first ? new TransportException(first.Error, first.Message, first) : failure;
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } first)
        {
            throw new TransportException(first.Error, first.Message, first);
        }
    }

    private int Take(ValueWebSocketReceiveResult result)
    {
        _isInMessage = !result.EndOfMessage;
        switch (result.MessageType)
        {
            case WebSocketMessageType.Close:
                ThrowUnlessOrderlyClose();
                _isEnded = true;
                EndDirection();
                break;
            case WebSocketMessageType.Text:
                var failure = Map(new TransportException(TransportError.ProtocolViolation, "The peer sent a text message; only binary ones carry bytes."));
                _rejection = RejectTextAsync();
                throw failure;
        }

        return result.Count;
    }

    // By the status of the Close frame (RFC 6455 section 7.4): the end of the stream, or a peer that gave up.
    private void ThrowUnlessOrderlyClose()
    {
        if (socket.CloseStatus is not (null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable or WebSocketCloseStatus.Empty))
        {
            throw new TransportException(
                TransportError.ConnectionReset,
                $"The peer closed the WebSocket with status {(int)socket.CloseStatus}{(string.IsNullOrEmpty(socket.CloseStatusDescription) ? "." : ": " + socket.CloseStatusDescription)}");
        }
    }

    // The frame leaves if the system takes it; disposal, which follows, does not wait for a peer that does not read.
    private async Task RejectTextAsync()
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.InvalidMessageType, "Binary messages only.", CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The peer did not take it.
        }
    }

    // A Close frame has passed in one direction. After both the connection is closed, by the server first (RFC 6455 section 7.1.1).
    private void EndDirection()
    {
        if (Interlocked.Decrement(ref _openDirections) == 0)
        {
            socket.Dispose();
        }
    }

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private async ValueTask<int> AwaitAsync(ValueTask<ValueWebSocketReceiveResult> receive) => Take(await receive.ConfigureAwait(false));

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private static async ValueTask<int> AwaitAsync(ValueTask send, int length)
    {
        await send.ConfigureAwait(false);
        return length;
    }
}
