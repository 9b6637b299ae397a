using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transport.WebSockets;

/// <summary>Settings of the connections that a <see cref="WebSocketClientTransport"/> opens. Read at each connect; not thread safe.</summary>
public sealed class WebSocketClientOptions
{
    /// <summary>Further headers of the upgrade request, such as <c>Authorization</c> or <c>Origin</c>, by name without regard to case. The headers
    /// of the handshake itself (<c>Sec-WebSocket-*</c>, <c>Upgrade</c>, <c>Connection</c>) cannot be set.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Cookies to send with the upgrade request; those that the answer sets are added. Null, the default, sends and keeps none.</summary>
    public CookieContainer? Cookies { get; set; }

    /// <summary>Whether to connect through a proxy: <see cref="Proxy"/>, or the one that the system is configured with. Default true.</summary>
    public bool UseProxy { get; set; } = true;

    /// <summary>The proxy to connect through when <see cref="UseProxy"/> is true; null, the default, is the system's.</summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>What to prove one's identity with to a server that asks for HTTP authentication. Null, the default, is nothing.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Whether threads of the transport's own wait for the bytes of all connections, where the system has epoll(7), and run what they bring. True by default; the TCP transport's page
    /// says what that means.</summary>
    public bool UsePollThreads { get; set; } = true;

    /// <summary>The certificates, with their private keys, that the client can prove itself with over TLS.</summary>
    public X509CertificateCollection ClientCertificates { get; } = [];

    /// <summary>Decides about the server's certificate in place of the system. Null, the default, leaves it to the system.</summary>
    public RemoteCertificateValidationCallback? RemoteCertificateValidationCallback { get; set; }
}
