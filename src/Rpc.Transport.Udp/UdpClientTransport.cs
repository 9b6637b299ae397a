using System.Net;
using System.Net.Sockets;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp;

/// <summary>Connects over UDP: <c>udp://host:port</c>. Thread safe.</summary>
public sealed class UdpClientTransport : IRpcClientTransport
{
    /// <summary>The scheme of its addresses.</summary>
    internal const string Scheme = "udp";

    private static readonly string[] s_schemes = [Scheme];

    private readonly UdpClientOptions _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the transport with the default options, with which a connection is an error: a way of security must be chosen.</summary>
    public UdpClientTransport()
        : this(new UdpClientOptions())
    {
    }

    /// <summary>Creates the transport.</summary>
    /// <param name="options">The options.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public UdpClientTransport(UdpClientOptions options, TimeProvider? timeProvider = null)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _timeProvider = timeProvider ?? TimeProvider.System;
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
        if (address.Port <= 0 || address.Host.Length == 0)
        {
            throw new ArgumentException($"The address '{address}' lacks a host or a port: {Scheme}://host:port.", nameof(address));
        }

        var security = await GetSecurityAsync(cancellationToken).ConfigureAwait(false);
        var endPoints = await ResolveAsync(address, cancellationToken).ConfigureAwait(false);
        for (var i = 0; ; i++)
        {
            try
            {
                return await ClientChannel.ConnectAsync(endPoints[i], security, _options, _timeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (TransportException exception) when (i < endPoints.Count - 1 && exception.Error != TransportError.SecurityFailed)
            {
                // The host has other addresses.
            }
        }
    }

    /// <summary>The end points that an address means, one at least.</summary>
    /// <exception cref="TransportException">It means none.</exception>
    internal static async Task<IList<IPEndPoint>> ResolveAsync(Uri address, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(address.DnsSafeHost, out var literal))
        {
            return [new IPEndPoint(literal, address.Port)];
        }

        try
        {
#if NET8_0_OR_GREATER
            var addresses = await Dns.GetHostAddressesAsync(address.IdnHost, cancellationToken).ConfigureAwait(false);
#else
            var addresses = await Dns.GetHostAddressesAsync(address.IdnHost).WaitAsync(cancellationToken).ConfigureAwait(false);
#endif
            return addresses.Length > 0
                ? [.. addresses.Select(found => new IPEndPoint(found, address.Port))]
                : throw new TransportException(TransportError.HostNotFound, $"The host '{address.Host}' has no address.");
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Map(exception);
        }
    }

    private async ValueTask<ClientSecurity> GetSecurityAsync(CancellationToken cancellationToken)
    {
        if (_options.GetToken is { } getToken)
        {
            var token = await getToken(cancellationToken).ConfigureAwait(false);
            return new ClientSecurity(SecurityMode.Token, token.Sealed, token.Key, null, _options.ForwardSecrecy, _options.Suites);
        }

        if (_options.ServerKey is { } serverKey)
        {
            return new ClientSecurity(SecurityMode.PinnedKey, null, null, serverKey, UseKeyExchange: true, _options.Suites);
        }

        return _options.AllowInsecure
            ? new ClientSecurity(SecurityMode.Insecure, null, null, null, UseKeyExchange: false, _options.Suites)
            : throw new TransportException(
                TransportError.SecurityFailed,
                "A UDP client needs GetToken, a ServerKey, or AllowInsecure: set one by UseUdp in the client's options.");
    }
}
