using System.Net.Sockets;
using System.Threading.Channels;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Hands out the connections of a socket after their TLS handshakes, which run beside each other.</summary>
internal sealed class TlsListener : IRpcListener
{
    private readonly SocketAcceptor _acceptor;
    private readonly TcpListenOptions _options;
    private readonly ServerTls _tls;
    private readonly TimeProvider _timeProvider;
    private readonly PendingHandshakes _handshakes;
    private readonly Channel<TransportConnection> _ready;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _pump;
    private int _isDisposed;

    internal TlsListener(SocketAcceptor acceptor, TcpListenOptions options, ListenContext context)
    {
        _acceptor = acceptor;
        _options = options;
        _tls = new ServerTls(options);
        _timeProvider = context.TimeProvider;
        _handshakes = new PendingHandshakes(options.MaxPendingHandshakes);

        // A server that does not accept stops the pump; what is waiting then is bounded by this and by the handshakes under way.
        _ready = Channel.CreateBounded<TransportConnection>(options.Backlog);
        _pump = Task.Run(PumpAsync);
    }

    public Uri Address => _acceptor.Address;

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _ready.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException exception)
        {
            return exception.InnerException is TransportException broken
                ? throw new TransportException(broken.Error, broken.Message, broken)
                : null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _acceptor.Dispose();
            _stop.Cancel();
        }

        await _pump.ConfigureAwait(false);
        await _handshakes.CutAllAsync().ConfigureAwait(false);
        while (_ready.Reader.TryRead(out var connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Ends with the acceptor; its failure is what later accepts throw.
    private async Task PumpAsync()
    {
        try
        {
            while (await _ready.Writer.WaitToWriteAsync(_stop.Token).ConfigureAwait(false)
                && await _acceptor.AcceptAsync(_stop.Token).ConfigureAwait(false) is { } socket)
            {
                var handshake = new PendingHandshake(ConnectedSocket.Of(socket, _options.UsePollThreads));
                if (_handshakes.Add(handshake) is { } evicted)
                {
                    Log.HandshakeEvicted(_acceptor.Logger, _options.MaxPendingHandshakes, evicted.RemoteEndPoint);
                }

                // Counted by the pending handshakes, which the disposal awaits. On the pool: its cryptography does not delay the next accept.
                _ = Task.Run(() => RunAsync(handshake));
            }

            _ready.Writer.TryComplete();
        }
        catch (OperationCanceledException)
        {
            _ready.Writer.TryComplete();
        }
        catch (Exception exception)
        {
            var error = SocketErrors.Map(exception);
            Log.ListenerBroke(_acceptor.Logger, Address, error);
            _ready.Writer.TryComplete(error);
        }
    }

    private async Task RunAsync(PendingHandshake handshake)
    {
        SocketConnection? connection = null;
        try
        {
            using (_timeProvider.CreateTimer(static state => ((PendingHandshake)state!).Cut(), handshake, _options.HandshakeTimeout, Timeout.InfiniteTimeSpan))
            {
                var tls = await _tls.AuthenticateAsync(handshake.Connected, _stop.Token).ConfigureAwait(false);
                connection = new SocketConnection(Scheme.Tls, handshake.Connected, tls, spinCount: 0);
            }

            _handshakes.Succeed(handshake);
            await _ready.Writer.WriteAsync(connection, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Whatever a client did, or a callback of the user threw: it costs that client its connection, and the listener nothing.
            if (!_stop.IsCancellationRequested)
            {
                var error = handshake.IsCut ? TransportError.TimedOut : SocketErrors.Map(exception).Error;
                Log.HandshakeFailed(_acceptor.Logger, handshake.RemoteEndPoint, error, exception.Message);
            }

            handshake.Cut();
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _handshakes.Remove(handshake);
        }
    }
}
