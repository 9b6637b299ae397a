using System.Net.Sockets;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transport.WebSockets.Framing;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>The frames of an upgraded connection (RFC 6455 section 5), over its socket or TLS.</summary>
internal sealed class FrameChannel : ByteChannel
{
    private readonly ByteChannel _inner;
    private readonly SocketCloser _closer;
    private readonly FrameDecoder _decoder;
    private readonly FrameSender _sender;
    private readonly bool _isServer;
    private byte[]? _following;

    // What the peer did that ended the connection; every later operation of either direction fails for the same.
    private volatile TransportException? _failure;
    private volatile bool _isRefused;

    // Directions in which no Close frame has passed yet.
    private int _openDirections = 2;

    /// <param name="inner">What carries the frames.</param>
    /// <param name="closer">The ways in which its socket ends.</param>
    /// <param name="isServer">Whether the peer is the client.</param>
    /// <param name="following">Bytes that were read with the opening handshake: the first of the connection.</param>
    internal FrameChannel(ByteChannel inner, SocketCloser closer, bool isServer, byte[] following)
    {
        _inner = inner;
        _closer = closer;
        _isServer = isServer;
        _following = following.Length == 0 ? null : following;
        _decoder = new FrameDecoder(isMasked: isServer);
        _sender = new FrameSender(inner, isMasked: !isServer);
    }

    internal override bool WaitsWithEmptyBuffer => _inner.WaitsWithEmptyBuffer;

    internal override bool CanTryReceive => _inner.CanTryReceive;

    /// <summary>Less than is usual by what the state of the frames takes. Sixteen small calls in a frame still fit.</summary>
    internal override int WaitingSize => 360;

    internal override int TryReceive(Span<byte> buffer)
    {
        ThrowIfFailed();
        return _following is null ? _inner.TryReceive(buffer) : TakeFollowing(buffer);
    }

    internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        ThrowIfFailed();
        return _following is null ? _inner.ReceiveAsync(buffer) : new ValueTask<int>(TakeFollowing(buffer.Span));
    }

    internal override Received Unwrap(Span<byte> received, bool mayStartLater)
    {
        if (received.IsEmpty)
        {
            throw new TransportException(TransportError.ConnectionReset, "The peer ended the connection without a Close frame.");
        }

        var count = _decoder.Decode(received, mayStartLater, out var start);
        if (_decoder.HasPing)
        {
            _decoder.TakePing();
            _sender.Pong(_decoder.Ping);
        }

        if (_decoder.Violation is { } violation)
        {
            _failure = new TransportException(TransportError.ProtocolViolation, violation.Message);
            _isRefused = true;
            _sender.Refuse(violation.Status, violation.Message);
        }
        else if (_decoder.Close is { IsOrderly: true })
        {
            _ = EndDirection();
            return new Received(start, count, isEnded: true);
        }
        else if (_decoder.Close is { } close)
        {
            _failure = new TransportException(
                TransportError.ConnectionReset, $"The peer closed the WebSocket with status {(int)close.Status}{(close.Reason.Length == 0 ? "." : ": " + close.Reason)}");
        }

        // What came before is shown first; the next receive fails.
        return count > 0 || _failure is null ? new Received(start, count, isEnded: false) : throw _failure;
    }

    internal override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        ThrowIfFailed();
        return _sender.SendAsync(bytes);
    }

    internal override async ValueTask EndAsync()
    {
        ThrowIfFailed();
        await _sender.CloseAsync().ConfigureAwait(false);
        await EndDirection().ConfigureAwait(false);
    }

    internal override void Abort()
    {
        if (_isRefused && _sender.IsClosed)
        {
            // A reset would overtake the Close frame that says what the peer did wrong.
            End();
            _closer.Close();
            return;
        }

        _inner.Abort();
    }

    internal override void Close()
    {
        if (_sender.IsClosed)
        {
            End();
        }

        _inner.Close();
    }

    internal override TransportException Map(Exception exception) => _inner.Map(exception);

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new TransportException(failure.Error, failure.Message, failure);
        }
    }

    private int TakeFollowing(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _following!.Length);
        _following.AsSpan(0, count).CopyTo(buffer);
        _following = count < _following.Length ? _following[count..] : null;
        return count;
    }

    // A Close frame has passed. After both the server closes the connection, and the client waits for that (section 7.1.1).
    private Task EndDirection() => Interlocked.Decrement(ref _openDirections) == 0 && _isServer ? HangUpAsync() : Task.CompletedTask;

    // Never fails, and ends with the connection at the latest.
    private async Task HangUpAsync()
    {
        try
        {
            await _inner.EndAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The peer was first.
            _inner.Map(exception);
        }
    }

    private void End()
    {
        try
        {
            _closer.End();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }
}
