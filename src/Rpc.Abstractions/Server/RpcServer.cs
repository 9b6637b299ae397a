using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rpc.Connections;
using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Server;

/// <summary>Listens at one or more addresses and serves contracts to whoever connects. Needs neither host nor container. Thread safe.</summary>
public sealed class RpcServer : IAsyncDisposable
{
    private readonly RpcServerOptions _options;
    private readonly ServiceTable _services;
    private readonly IReadOnlyList<IRpcServerTransport> _transports;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<long, Connection> _connections = new();
    private readonly ConnectionDirectory _directory;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ServerSessions? _sessions;
    private readonly SemaphoreSlim _lifecycle = new(1, 1);
    private readonly TaskTracker _handshakes = new();
    private readonly List<IRpcListener> _listeners = [];
    private readonly List<Task> _accepting = [];
    private readonly Admission _admission;
    private bool _started;
    private bool _stopped;

    internal RpcServer(RpcServerBuilder builder, IServiceProvider provider)
    {
        _options = builder.Options;
        _options.Validate();
        _services = builder.Build(provider);
        _sessions = _options.SessionGracePeriod > TimeSpan.Zero ? new ServerSessions(_options, _services) : null;
        _transports = builder.Transports;
        _directory = new ConnectionDirectory(_connections);
        _logger = _options.LoggerFactory.CreateLogger("Rpc.Server");
        _admission = new Admission(_options, builder.BuildAuthenticator(provider), _logger);
    }

    /// <summary>Raised when a connection has opened, before its first call is read. Calls to the peer can be made, but not waited for by blocking: answers are
    /// read when all handlers have returned.</summary>
    public event Action<RpcConnection>? Connected;

    /// <summary>The connections that are open now.</summary>
    public IReadOnlyCollection<RpcConnection> Connections => [.. _connections.Values];

    /// <summary>Finds the connections that are open now, by id and by user, and ends those of a user.</summary>
    public IRpcConnectionDirectory Directory => _directory;

    /// <summary>Where the server listens, with the ports that were really bound; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>Creates a server.</summary>
    /// <param name="configure">Says what it serves and where it listens.</param>
    /// <returns>The server, not started; to be disposed.</returns>
    /// <exception cref="InvalidOperationException">A contract is served twice, or the generator has not run for one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static RpcServer Create(Action<RpcServerBuilder> configure)
    {
        if (configure is null)
        {
            throw new ArgumentNullException(nameof(configure));
        }

        var builder = new RpcServerBuilder();
        configure(builder);
        return new RpcServer(builder, NoServices.Instance);
    }

    /// <summary>Binds all addresses and begins to accept.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when every address is bound.</returns>
    /// <exception cref="TransportException">An address could not be bound; none is then.</exception>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _lifecycle.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_started)
            {
                throw new InvalidOperationException("The server was started before.");
            }

            var context = new ListenContext(_options.TimeProvider, _options.LoggerFactory);
            try
            {
                foreach (var transport in _transports)
                {
                    _listeners.Add(await transport.ListenAsync(context, cancellationToken).ConfigureAwait(false));
                }
            }
            catch
            {
                await DisposeListenersAsync().ConfigureAwait(false);
                throw;
            }

            _started = true;
            Addresses = [.. _listeners.Select(static listener => listener.Address)];
            foreach (var listener in _listeners)
            {
                _logger.Listening(listener.Address);
                _accepting.Add(Task.Run(() => AcceptAsync(listener), CancellationToken.None));
            }
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Stops in good order: accepts no more, lets the calls of all connections end within the drain timeout, then closes them.</summary>
    /// <param name="cancellationToken">Cuts the wait short: what still runs is cancelled.</param>
    /// <returns>A task that ends when all connections have ended.</returns>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _lifecycle.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            _stopping.Cancel();
            await DisposeListenersAsync().ConfigureAwait(false);
            await Task.WhenAll(_accepting).ConfigureAwait(false);
            await _handshakes.WhenEmpty().ConfigureAwait(false);
            var goAway = new GoAwayFrame(
                RpcCloseReason.ShuttingDown,
                (uint)_options.DrainRetryAfter.TotalMilliseconds,
                "The server is shutting down.",
                _options.DrainAddress?.AbsoluteUri ?? string.Empty);
            await Task.WhenAll(_connections.Values.Select(connection => connection.CloseAsync(goAway, cancellationToken).AsTask())).ConfigureAwait(false);
            _connections.Clear();
            await DisposeSingletonsAsync().ConfigureAwait(false);
        }
        finally
        {
            _lifecycle.Release();
        }
    }

    /// <summary>Stops without waiting for calls that run.</summary>
    /// <returns>A task that ends when all connections have ended.</returns>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);

    private async Task DisposeListenersAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        _listeners.Clear();
    }

    private async Task DisposeSingletonsAsync()
    {
        foreach (var service in _services.Services)
        {
            if ((service.Activator as SingletonActivator)?.Take() is { } instance)
            {
                await ServiceInstances.DisposeAsync(instance, _logger).ConfigureAwait(false);
            }
        }
    }

    private async Task AcceptAsync(IRpcListener listener)
    {
        try
        {
            while (await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false) is { } transport)
            {
                if (!_handshakes.TryTrack(() => ServeAsync(transport), _options.Limits.MaxHandshakingConnections))
                {
                    // Cut without a word: a flood of these must cost nothing.
                    transport.Abort();
                    await transport.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception e)
        {
            _logger.ListenerFailed(listener.Address, e);
        }
    }

    private async Task ServeAsync(TransportConnection transport)
    {
        var applicant = new Applicant(_admission, transport);
        try
        {
            using var timeout = new DeadlineToken(_options.TimeProvider, _options.Limits.HandshakeTimeout, _stopping.Token);
            var accepted = await Handshake.Of(transport, _options.Limits)
                .AcceptAsync(_options, applicant.AdmitAsync, _sessions?.Over(transport), timeout.Token).ConfigureAwait(false);
            if (accepted.Resumption is { } resumption)
            {
                if (!resumption.IsCarried)
                {
                    await CloseToldAsync(transport).ConfigureAwait(false);
                }
                else if (!_sessions!.TryAttach((StreamTransportConnection)transport, resumption))
                {
                    await transport.DisposeAsync().ConfigureAwait(false);
                }

                return;
            }

            var connection = accepted.Session is { } session
                ? _sessions!.Add(session, transport, accepted.Hello!)
                : new Connection(transport, _services, _options, accepted.Hello!);
            applicant.Enter(connection);
            _directory.Add(connection);
            _ = RemoveWhenClosedAsync(connection);
            connection.Open(RaiseConnected);
        }
        catch (Exception e)
        {
            applicant.Leave();
            if (e is ProtocolException)
            {
                _logger.ConnectionRefused(transport.RemoteEndPoint, e.Message);
            }
            else
            {
                _logger.HandshakeFailed(transport.RemoteEndPoint, e.Message, e);
            }

            if (e is ProtocolException)
            {
                await CloseToldAsync(transport).ConfigureAwait(false);
            }
            else
            {
                await transport.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Lets the answer arrive that ends a handshake: a peer that is cut while its bytes are unread may never see it.</summary>
    private async Task CloseToldAsync(TransportConnection transport)
    {
        try
        {
            if (transport is StreamTransportConnection stream)
            {
                using var timeout = new DeadlineToken(_options.TimeProvider, TimeSpan.FromSeconds(1), _stopping.Token);
                await stream.Output.CompleteAsync().ConfigureAwait(false);
                while (true)
                {
                    var read = await stream.Input.ReadAsync(timeout.Token).ConfigureAwait(false);
                    stream.Input.AdvanceTo(read.Buffer.End);
                    if (read.IsCompleted)
                    {
                        break;
                    }
                }
            }
            else if (transport is MessageTransportConnection message)
            {
                using var timeout = new DeadlineToken(_options.TimeProvider, TimeSpan.FromSeconds(1), _stopping.Token);
                await message.CloseAsync(timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is TransportException or OperationCanceledException or IOException)
        {
            // The peer did not wait for it.
        }
        finally
        {
            await transport.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task RemoveWhenClosedAsync(Connection connection)
    {
        await connection.Closed.ConfigureAwait(false);
        _admission.Release();
        _directory.Remove(connection);
    }

    private void RaiseConnected(Connection connection)
    {
        try
        {
            Connected?.Invoke(connection);
        }
        catch (Exception e)
        {
            _logger.EventFailed(e);
        }
    }
}
