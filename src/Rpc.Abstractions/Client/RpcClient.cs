using Rpc.Connections;
using Rpc.Internal;
using Rpc.Protocol;
using Rpc.Serialization;
using Rpc.Transports;

namespace Rpc.Client;

/// <summary>A connection to a server; with <see cref="RpcClientOptions.Reconnect"/>, one after another, or one whose session outlives its transport. Thread safe.</summary>
public sealed class RpcClient : IAsyncDisposable
{
    private readonly Connection? _connection;
    private readonly ReconnectingConnector? _connector;
    private readonly OrderedEvents _events = new();

    private RpcClient(Connection connection)
    {
        _connection = connection;
        _ = RaiseWhenClosedAsync(connection);
    }

    private RpcClient(ReconnectingConnector connector)
    {
        _connector = connector;
        connector.StatusChanged += status => StatusChanged?.Invoke(this, status);
    }

    /// <summary>Raised after each change of <see cref="Status"/>, in order, on a thread of the pool.</summary>
    public event Action<RpcClient, RpcClientStatus>? StatusChanged;

    /// <summary>The connection; of a client that reconnects, the latest one.</summary>
    public RpcConnection Connection => _connection ?? _connector!.Latest ?? throw new InvalidOperationException("There is no connection yet.");

    /// <summary>Whether calls travel, and if not, why.</summary>
    public RpcClientStatus Status => _connector?.Status
        ?? (_connection!.Closed is { IsCompleted: true } closed ? new RpcClientStatus(RpcClientState.Closed, Reason: closed.Result) : new RpcClientStatus(RpcClientState.Open));

    /// <summary>Connects to a server.</summary>
    /// <param name="address">Where to; the scheme chooses the transport: <c>tcp://host:port</c>, <c>tcps://</c>, <c>unix:///path</c>, <c>ws://</c>, <c>wss://</c>, <c>udp://</c>, <c>inproc://name</c>.</param>
    /// <param name="configure">Sets the options: what the client serves, limits, keepalive, transports.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The client, connected; to be disposed.</returns>
    /// <exception cref="RpcConnectException">The server cannot be reached, refuses, or speaks something else; its <see cref="RpcConnectException.Reason"/> tells.</exception>
    /// <exception cref="ArgumentException">The address is none, or no transport is known for its scheme.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask<RpcClient> ConnectAsync(string address, Action<RpcClientOptions>? configure = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(
            Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri : throw new ArgumentException($"'{address}' is no address such as tcp://host:port.", nameof(address)),
            configure,
            cancellationToken);

    /// <summary>Connects to a server.</summary>
    /// <param name="address">Where to; the scheme chooses the transport.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The client, connected; to be disposed.</returns>
    /// <exception cref="RpcConnectException">The server cannot be reached, refuses, or speaks something else.</exception>
    /// <exception cref="ArgumentException">No transport is known for the scheme.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async ValueTask<RpcClient> ConnectAsync(Uri address, Action<RpcClientOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        if (address is null)
        {
            throw new ArgumentNullException(nameof(address));
        }

        var options = new RpcClientOptions();
        configure?.Invoke(options);
        if (options.Reconnect is null)
        {
            return new RpcClient(await ConnectAsync(address, options, cancellationToken).ConfigureAwait(false));
        }

        options.Validate();
        var connector = new ReconnectingConnector(address, options);
        try
        {
            var client = new RpcClient(connector);
            await connector.StartAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await connector.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A proxy of a contract that the server serves.</summary>
    /// <typeparam name="T">An interface with <see cref="RpcServiceAttribute"/>.</typeparam>
    /// <returns>The proxy; cheap, reusable, thread safe.</returns>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>; the message says what to install.</exception>
    public T GetProxy<T>()
        where T : class => _connection?.GetProxy<T>() ?? RpcContract<T>.Instance.CreateProxy(_connector!.Invoker, null);

    /// <summary>Waits until calls travel.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when <see cref="Status"/> is <see cref="RpcClientState.Open"/>.</returns>
    /// <exception cref="RpcConnectException">The client has closed.</exception>
    public ValueTask WhenOpenAsync(CancellationToken cancellationToken = default)
    {
        if (_connector is not null)
        {
            return _connector.WhenOpenAsync(cancellationToken);
        }

        return _connection!.Closed is { IsCompleted: true } closed
            ? new ValueTask(Task.FromException(new RpcConnectException(closed.Result.Reason, $"The client is closed: {closed.Result.Message}", closed.Result.Exception)))
            : default;
    }

    /// <summary>Makes the next attempt to reconnect at once, as when the network has come back. An open connection, which may be dead without anybody having
    /// noticed, is given up for another one; where the session can be resumed nothing is lost by that.</summary>
    /// <exception cref="InvalidOperationException">The client does not reconnect.</exception>
    public void ReconnectNow()
    {
        if (_connector is null)
        {
            throw new InvalidOperationException("The client does not reconnect: set RpcClientOptions.Reconnect.");
        }

        _connector.ReconnectNow();
    }

    /// <summary>Asks <see cref="RpcClientOptions.Credentials"/> again and shows the server what it gave. See <see cref="RpcConnection.RefreshCredentialsAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the server has accepted them.</returns>
    /// <exception cref="InvalidOperationException">The client has no provider.</exception>
    /// <exception cref="RpcException">The server refused them, or could not tell, or the connection is gone.</exception>
    public ValueTask RefreshCredentialsAsync(CancellationToken cancellationToken = default) => Connection.RefreshCredentialsAsync(cancellationToken);

    /// <summary>Closes in good order: calls that run may end first. See <see cref="RpcConnection.CloseAsync"/>.</summary>
    /// <param name="cancellationToken">Cuts the wait short.</param>
    /// <returns>A task that ends when the connection has ended.</returns>
    public ValueTask CloseAsync(CancellationToken cancellationToken = default) =>
        _connector?.CloseAsync(cancellationToken) ?? _connection!.CloseAsync(cancellationToken: cancellationToken);

    /// <summary>Closes without waiting for calls that run.</summary>
    /// <returns>A task that ends when the connection has ended.</returns>
    public ValueTask DisposeAsync() => _connector?.DisposeAsync() ?? _connection!.DisposeAsync();

    /// <summary>Makes one connection.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="onChanged">Told when the transport of a session is lost, and with null when it has come back by itself; null to ask for no session.</param>
    internal static async ValueTask<Connection> ConnectAsync(
        Uri address, RpcClientOptions options, CancellationToken cancellationToken, Action<ISession, Exception?>? onChanged = null)
    {
        options.Validate();
        var services = options.Services.Build(options);
        var transport = options.TransportOf(address);
        using var timeout = new DeadlineToken(options.TimeProvider, options.ConnectTimeout, cancellationToken);
        TransportConnection? connected = null;
        try
        {
            var credentials = await ClientCredentials.GetAsync(options, timeout.Token).ConfigureAwait(false);
            connected = await transport.ConnectAsync(address, timeout.Token).ConfigureAwait(false);
            if (credentials is not null)
            {
                ClientCredentials.Check(connected, address, options);
            }

            var handshake = Handshake.Of(connected, options.Limits);
            var asks = options.Reconnect is { Resume: true } && onChanged is not null && connected is StreamTransportConnection or IInterruptibleConnection;
            var peer = await HandshakeAsync(handshake, options, credentials, asks, cancellationToken).ConfigureAwait(false);
            var grant = asks ? peer.Session : null;
            var carrier = grant is not null && connected is StreamTransportConnection stream
                ? new SessionTransport(stream, grant, options.Limits.MaxReplayBytes, onChanged!)
                : connected;
            var kept = grant is not null && connected is MessageTransportConnection message
                ? new MessageSession(message, (IInterruptibleConnection)message, grant, onChanged!)
                : null;
            var connection = new Connection(carrier, services, options, peer, handshake.Early, kept) { IsClient = true };
            ClientCredentials.Attach(connection, carrier, address, options, peer);
            connection.Open();
            return connection;
        }
        catch (Exception e)
        {
            if (connected is not null)
            {
                await connected.DisposeAsync().ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            throw Map(e, address);
        }
    }

    private static async ValueTask<HandshakeFrame> HandshakeAsync(
        Handshake handshake, RpcClientOptions options, RpcCredentials? credentials, bool asksForSession, CancellationToken cancellationToken)
    {
        using var timeout = new DeadlineToken(options.TimeProvider, options.Limits.HandshakeTimeout, cancellationToken);
        try
        {
            return await handshake.ConnectAsync(options, credentials, asksForSession, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (timeout.Token.IsCancellationRequested)
        {
            throw new RpcConnectException(RpcCloseReason.HandshakeTimeout, "The server did not answer the handshake in time.", e);
        }
    }

    private async Task RaiseWhenClosedAsync(Connection connection)
    {
        var info = await connection.Closed.ConfigureAwait(false);
        _events.Raise(() => StatusChanged?.Invoke(this, new RpcClientStatus(RpcClientState.Closed, Reason: info)));
    }

    private static Exception Map(Exception exception, Uri address) => exception switch
    {
        RpcConnectException or ArgumentException => exception,
        ProtocolException protocol => new RpcConnectException(protocol.Reason, $"{address}: {protocol.Message}", protocol),
        TransportException transport => new RpcConnectException(RpcCloseReason.TransportLost, $"{address} cannot be reached: {transport.Message}", transport),
        OperationCanceledException => new RpcConnectException(RpcCloseReason.TransportLost, $"{address} did not answer in time.", exception),
        PayloadException => new RpcConnectException(RpcCloseReason.ProtocolError, $"{address}: {exception.Message}", exception),
        _ => new RpcConnectException(RpcCloseReason.TransportLost, $"{address} cannot be reached: {exception.Message}", exception),
    };
}
