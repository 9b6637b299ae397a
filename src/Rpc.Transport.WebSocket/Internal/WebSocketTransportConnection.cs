using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A byte stream over the binary messages of a WebSocket.</summary>
internal sealed class WebSocketTransportConnection : StreamTransportConnection
{
    private readonly WebSocket _socket;
    private readonly WebSocketPipeReader _input;
    private readonly WebSocketPipeWriter _output;
    private readonly WebSocketPeerInformation _peer;

    // The first reason for which the connection broke; every later operation fails for the same.
    private TransportException? _failure;
    private Task _rejection = Task.CompletedTask;

    // Directions that still may carry something; the last one closes the socket.
    private int _openDirections = 2;

    public WebSocketTransportConnection(WebSocket socket, WebSocketPeerInformation peer)
    {
        _socket = socket;
        _peer = peer;
        _input = new WebSocketPipeReader(this, _socket);
        _output = new WebSocketPipeWriter(this, _socket);
    }

    public override string Scheme => IsEncrypted ? "wss" : "ws";

    public override bool IsEncrypted => _peer.IsEncrypted;

    public override EndPoint? LocalEndPoint => _peer.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _peer.RemoteEndPoint;

    public override X509Certificate2? RemoteCertificate => _peer.RemoteCertificate;

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    /// <summary>Whether the connection has broken or was cut.</summary>
    public bool HasFailed => Volatile.Read(ref _failure) is not null;

    public override void Abort()
    {
        if (_failure is null)
        {
            Interlocked.CompareExchange(ref _failure, new TransportException(TransportError.ConnectionAborted, "The connection was cut by this side."), null);
        }

        try
        {
            _socket.Abort();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or IOException or WebSocketException)
        {
            // It is gone, which is what was asked for.
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Abort();
        _socket.Dispose();
        await _output.ReleaseAsync().ConfigureAwait(false);
        _input.Release();
        try
        {
            await _rejection.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The peer did not take it.
        }
    }

    /// <summary>Records that the connection broke and makes the exception to throw: the first reason counts.</summary>
    public TransportException Fail(Exception exception)
    {
        var failure = TransportFailure.From(exception, "The WebSocket connection broke");
        if (failure.Error == TransportError.ConnectionAborted)
        {
            // A cut by this side is recorded before it is made, so here the socket gave up by itself: the peer's cut, seen by the other direction first.
            failure = new TransportException(TransportError.ConnectionReset, failure.Message, exception);
        }

        var first = Interlocked.CompareExchange(ref _failure, failure, null);
        return first is null ? failure : new TransportException(first.Error, first.Message, first);
    }

    /// <summary>Says that a Close frame has passed in one direction. After both the TCP connection is closed, by the server first
    /// (RFC 6455 section 7.1.1): the client is waiting for that.</summary>
    public void EndDirection()
    {
        if (Interlocked.Decrement(ref _openDirections) == 0)
        {
            _socket.Dispose();
        }
    }

    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } first)
        {
            throw new TransportException(first.Error, first.Message, first);
        }
    }

    /// <summary>Tells the end of the stream from a peer that gave up, by the status of the Close frame that was received (RFC 6455 section 7.4).</summary>
    public void ThrowUnlessOrderlyClose()
    {
        if (_socket.CloseStatus is not (null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable or WebSocketCloseStatus.Empty))
        {
            throw new TransportException(
                TransportError.ConnectionReset,
                $"The peer closed the WebSocket with status {(int)_socket.CloseStatus}{(string.IsNullOrEmpty(_socket.CloseStatusDescription) ? "." : ": " + _socket.CloseStatusDescription)}");
        }
    }

    /// <summary>Answers a text message with a Close frame of status 1003 (RFC 6455 section 7.4.1) and makes the exception to throw.</summary>
    public TransportException RejectText()
    {
        var failure = Fail(new TransportException(TransportError.ProtocolViolation, "The peer sent a text message; only binary ones carry bytes."));

        // The frame leaves if the system takes it; disposal, which follows, does not wait for a peer that does not read.
        _rejection = _socket.CloseOutputAsync(WebSocketCloseStatus.InvalidMessageType, "Binary messages only.", CancellationToken.None);
        return failure;
    }
}
