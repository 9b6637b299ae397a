using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rpc.Connections;
using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Client;

/// <summary>Asks for a client's credentials, and sees to it that nobody listens when they are sent.</summary>
internal static class ClientCredentials
{
    /// <summary>The credentials to connect with, or null.</summary>
    /// <exception cref="RpcConnectException">The provider failed.</exception>
    public static async ValueTask<RpcCredentials?> GetAsync(RpcClientOptions options, CancellationToken cancellationToken)
    {
        if (options.Credentials is not { } provider)
        {
            return null;
        }

        try
        {
            return await provider(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new RpcConnectException(
                RpcCloseReason.CredentialsExpired, RpcStatusCode.Unauthenticated, $"There are no credentials to connect with: the provider failed. {e.Message}", e);
        }
    }

    /// <summary>Throws where credentials would travel in the clear.</summary>
    /// <exception cref="RpcConnectException">They would.</exception>
    public static void Check(TransportConnection transport, Uri address, RpcClientOptions options)
    {
        if (transport.IsEncrypted || IsLocal(transport, address))
        {
            return;
        }

        if (!options.AllowUnencryptedCredentials)
        {
            throw new RpcConnectException(
                RpcCloseReason.Aborted,
                RpcStatusCode.FailedPrecondition,
                $"The credentials were not sent to {address}: the connection is not encrypted. Use tcps, wss or udp, or set AllowUnencryptedCredentials on the client's options.");
        }

        if (options.TryWarnUnencrypted())
        {
            options.LoggerFactory.CreateLogger("Rpc.Client").CredentialsUnencrypted(address);
        }
    }

    /// <summary>Sees to the refresh of a connection's credentials, by whatever carries it then.</summary>
    public static void Attach(Connection connection, TransportConnection carrier, Uri address, RpcClientOptions options, HandshakeFrame welcome)
    {
        if (options.Credentials is { } provider)
        {
            connection.Use(new OwnCredentials(connection, provider, () => Check(carrier, address, options), options.CredentialsRefreshMargin, welcome.CredentialsLeft));
        }
    }

    private static bool IsLocal(TransportConnection transport, Uri address) => transport.RemoteEndPoint switch
    {
        IPEndPoint ip => IPAddress.IsLoopback(ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address),
        UnixDomainSocketEndPoint => true,
        null => transport.Scheme == InProcessTransport.Scheme || address.IsLoopback,
        _ => false,
    };
}
