using Rpc.Transport.Tcp.Internal;
using Rpc.Transports;

namespace Rpc.Transport.Tcp;

/// <summary>Connects over TCP (<c>tcp://host:port</c>), TLS over TCP (<c>tcps://host:port</c>) and Unix sockets (<c>unix:///path</c>). Thread safe.</summary>
public sealed class TcpClientTransport : IRpcClientTransport
{
    private static readonly string[] s_schemes = [Scheme.Tcp, Scheme.Tls, Scheme.Unix];

    private readonly TcpClientOptions _options;

    /// <summary>Creates the transport with the default options.</summary>
    public TcpClientTransport()
        : this(new TcpClientOptions())
    {
    }

    /// <summary>Creates the transport.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public TcpClientTransport(TcpClientOptions options)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        options.Validate();
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Schemes => s_schemes;

    /// <inheritdoc/>
    public async ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        if (address is null)
        {
            throw new ArgumentNullException(nameof(address));
        }

        cancellationToken.ThrowIfCancellationRequested();
        ConnectedSocket? socket = null;
        try
        {
            socket = await Connector.ConnectAsync(address, _options, cancellationToken).ConfigureAwait(false);
            var tls = address.Scheme == Scheme.Tls
                ? await ClientTls.AuthenticateAsync(socket, address, _options, cancellationToken).ConfigureAwait(false)
                : null;
            return new SocketConnection(address.Scheme, socket, tls, _options.ReceiveSpinCount);
        }
        catch (Exception exception) when (exception is not ArgumentException)
        {
            socket?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw SocketErrors.Map(exception);
        }
    }
}
