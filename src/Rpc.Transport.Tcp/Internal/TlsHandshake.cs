using System.Net.Security;
using System.Security.Authentication;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>What the TLS handshakes of both sides have in common.</summary>
/// <remarks>The protocol versions are the system's default: TLS 1.2 and 1.3 everywhere today.</remarks>
internal static class TlsHandshake
{
    /// <summary>The application protocol that both sides must agree on (ALPN, RFC 7301), so that a port shared with another protocol, or
    /// an attack that redirects one to it, is noticed.</summary>
    internal static readonly SslApplicationProtocol Protocol = new("rpc/1");

    /// <summary>Offers the protocol if the user's changes have removed it.</summary>
    internal static void RequireProtocol(List<SslApplicationProtocol> protocols)
    {
        if (!protocols.Contains(Protocol))
        {
            protocols.Add(Protocol);
        }
    }

    /// <summary>Runs a handshake over a connected socket, which a failure closes.</summary>
    internal static async Task<SslStream> RunAsync(ConnectedSocket socket, Func<SslStream, Task> authenticate)
    {
        var stream = new SslStream(socket.OpenStream());
        try
        {
            await authenticate(stream).ConfigureAwait(false);
            return stream.NegotiatedApplicationProtocol == Protocol
                ? stream
                : throw new AuthenticationException($"The peer does not speak the application protocol {Protocol}.");
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
