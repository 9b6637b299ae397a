using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A bound socket that accepts connections, upgrades them concurrently, and queues those that were.</summary>
internal sealed class WebSocketAcceptor : IAsyncDisposable
{
    /// <summary>The pause after the system refused to accept for want of something (descriptors, memory).</summary>
    private static readonly TimeSpan s_shortagePause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly UpgradeHandshake _handshake;
    private readonly PendingHandshakes _pending;
    private readonly AcceptQueue _ready;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _handshakeTimeout;
    private readonly bool _usePollThreads;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _loop;

    private WebSocketAcceptor(Socket socket, ListenUrl url, WebSocketListenOptions options, ServerTls? tls, ListenContext context)
    {
        _socket = socket;
        _timeProvider = context.TimeProvider;
        _logger = context.LoggerFactory.CreateLogger(typeof(WebSocketServerTransport).FullName!);
        _pending = new PendingHandshakes(options.MaxPendingHandshakes);
        _ready = new AcceptQueue(options.MaxPendingHandshakes);
        _handshake = new UpgradeHandshake(url, options, tls, context.TimeProvider, _ready, _logger);
        _handshakeTimeout = options.HandshakeTimeout;
        _usePollThreads = options.UsePollThreads;
        Address = url.ToAddress((IPEndPoint)socket.LocalEndPoint!);
        _loop = Task.Run(AcceptLoopAsync);
    }

    /// <summary>The address that a client can connect to.</summary>
    public Uri Address { get; }

    /// <summary>The number of connections that are not upgraded yet.</summary>
    public int PendingCount => _pending.Count;

    public static async ValueTask<WebSocketAcceptor> StartAsync(
        ListenUrl url, WebSocketListenOptions options, ListenContext context, CancellationToken cancellationToken)
    {
        var tls = url.IsSecure ? new ServerTls(options) : null;
        var socket = await ListenSocket.BindAsync(url, options.Backlog, cancellationToken).ConfigureAwait(false);
        return new WebSocketAcceptor(socket, url, options, tls, context);
    }

    /// <summary>Waits for the next upgraded connection.</summary>
    /// <returns>The connection, or null when the acceptor was disposed.</returns>
    /// <exception cref="TransportException">The socket broke.</exception>
    public ValueTask<UpgradedConnection?> AcceptAsync(CancellationToken cancellationToken) => _ready.TakeAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested)
        {
            return;
        }

        _disposed.Cancel();
        _socket.Dispose();
        await _pending.CloseAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _ready.Complete();
        while (_ready.TryTake() is { } accepted)
        {
            await accepted.Stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task AcceptLoopAsync()
    {
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync().ConfigureAwait(false);
                Start(socket);
            }
            catch (Exception) when (_disposed.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The client left while it stood in the backlog.
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                WebSocketLog.AcceptShortage(_logger, exception, Address);
                await PauseAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                WebSocketLog.AcceptFailed(_logger, exception, Address);
                _ready.Complete(TransportFailure.From(exception, $"Listening at {Address} failed"));
                return;
            }
        }
    }

    private async Task PauseAsync()
    {
        using var pause = new Deadline(_timeProvider, s_shortagePause);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, _disposed.Token);
        var over = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = linked.Token.Register(() => over.TrySetResult(true));
        await over.Task.ConfigureAwait(false);
    }

    private void Start(Socket socket)
    {
        var handshake = new PendingHandshake(ConnectedSocket.Of(socket, _usePollThreads), _timeProvider, _handshakeTimeout);
        if (!_pending.TryAdd(handshake, out var cutOldest))
        {
            handshake.Cut();
            handshake.Dispose();
            return;
        }

        if (cutOldest)
        {
            WebSocketLog.TooManyHandshakes(_logger, Address);
        }

        // On the pool, because a handshake whose bytes are there already would run on this loop, TLS and the user's callbacks included. Owned by
        // _pending, which DisposeAsync waits for; it catches everything.
        _ = Task.Run(() => UpgradeAsync(handshake));
    }

    private async Task UpgradeAsync(PendingHandshake handshake)
    {
        EndPoint? remote = null;
        try
        {
            remote = handshake.Socket.Socket.RemoteEndPoint;
            if (await _handshake.RunAsync(handshake).ConfigureAwait(false) is { } refusal)
            {
                WebSocketLog.Refused(_logger, remote, refusal.Status, refusal.Detail);
            }
        }
        catch (Exception exception)
        {
            WebSocketLog.HandshakeFailed(_logger, exception, remote);
        }
        finally
        {
            handshake.Dispose();
            _pending.End(handshake);
        }
    }
}
