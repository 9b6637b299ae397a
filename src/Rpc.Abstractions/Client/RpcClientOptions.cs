using Rpc.Connections;
using Rpc.Transports;

namespace Rpc.Client;

/// <summary>How a client connects, and what it serves to the server.</summary>
public sealed class RpcClientOptions : RpcConnectionOptions, IRpcClientTransportCollection
{
    private readonly Dictionary<string, IRpcClientTransport> _transports = new(StringComparer.OrdinalIgnoreCase);
    private int _warned;

    /// <summary>How long connecting may take, the transport's own handshake included. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gives what the client proves itself with. Asked anew at each connect, and again before the credentials expire, on a thread of the pool; null, or a provider
    /// that gives null, is no credentials. Default null.</summary>
    public Func<CancellationToken, ValueTask<RpcCredentials?>>? Credentials { get; set; }

    /// <summary>How long before credentials expire the provider is asked again; at the earliest when half of their life is over. Default 30 s.</summary>
    public TimeSpan CredentialsRefreshMargin { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether credentials may leave this machine unencrypted. Default false: connecting then fails before they are sent. Loopback, Unix sockets and in-process
    /// connections are always good enough. When true, it is logged once as a warning.</summary>
    public bool AllowUnencryptedCredentials { get; set; }

    /// <summary>How the client comes back after its connection was lost; null, the default, for a client with one connection.</summary>
    public RpcReconnectOptions? Reconnect { get; set; }

    internal ServiceRegistry Services { get; } = new();

    /// <summary>Serves a contract to the server with one object.</summary>
    /// <typeparam name="T">The contract.</typeparam>
    /// <param name="service">The object; it stays the caller's.</param>
    /// <param name="configure">Changes how it is served.</param>
    /// <returns>These options.</returns>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>.</exception>
    public RpcClientOptions Serve<T>(T service, Action<RpcServiceOptions>? configure = null)
        where T : class
    {
        Services.AddInstance(service, configure);
        return this;
    }

    /// <summary>Serves a contract to the server with an instance for each connection.</summary>
    /// <typeparam name="T">The contract.</typeparam>
    /// <param name="factory">Makes the instance, which is disposed with the connection.</param>
    /// <param name="configure">Changes how it is served.</param>
    /// <returns>These options.</returns>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>.</exception>
    public RpcClientOptions Serve<T>(Func<RpcConnection, T> factory, Action<RpcServiceOptions>? configure = null)
        where T : class
    {
        Services.Add(factory, configure);
        return this;
    }

    /// <inheritdoc/>
    public void AddTransport(IRpcClientTransport transport)
    {
        if (transport is null)
        {
            throw new ArgumentNullException(nameof(transport));
        }

        foreach (var scheme in transport.Schemes)
        {
            _transports[scheme] = transport;
        }
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Reconnect?.Validate();
        if (ConnectTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(ConnectTimeout), ConnectTimeout, "ConnectTimeout must be more than zero.");
        }

        if (CredentialsRefreshMargin < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(CredentialsRefreshMargin), CredentialsRefreshMargin, "CredentialsRefreshMargin must not be negative.");
        }
    }

    internal IRpcClientTransport TransportOf(Uri address)
    {
        if (_transports.TryGetValue(address.Scheme, out var transport))
        {
            return transport;
        }

        return RpcTransports.Find(address.Scheme) ?? throw new ArgumentException(
            $"No transport is known for '{address.Scheme}://' (known: {Known()}). Add the package that has it, Rpc.Transport.Tcp for tcp, tcps and unix, "
            + "Rpc.Transport.WebSocket for ws and wss, Rpc.Transport.Udp for udp, and Rpc.Generator to the project that connects, or call its Use… method on the options.",
            nameof(address));
    }

    /// <summary>Whether nobody was warned yet that credentials travel in the clear.</summary>
    internal bool TryWarnUnencrypted() => Interlocked.Exchange(ref _warned, 1) == 0;

    private string Known()
    {
        var schemes = _transports.Keys.Concat(RpcTransports.Schemes).Distinct(StringComparer.OrdinalIgnoreCase).OrderBy(static scheme => scheme, StringComparer.Ordinal);
        var text = string.Join(", ", schemes);
        return text.Length == 0 ? "none" : text;
    }
}
