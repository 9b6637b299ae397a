using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transport.WebSockets;

/// <summary>Settings of one WebSocket listener. Read once, when listening starts; not thread safe.</summary>
public sealed class WebSocketListenOptions
{
    /// <summary>The certificate, with its private key, that the listener proves itself with; needed by <c>https</c> and <c>wss</c> unless
    /// <see cref="ConfigureTls"/> names one. Ignored by <c>http</c> and <c>ws</c>.</summary>
    public X509Certificate2? ServerCertificate { get; set; }

    /// <summary>Gives the certificate, and the chain that goes out with it, for each connection; goes before <see cref="ServerCertificate"/>. Called by several threads at once;
    /// should give the same object until the certificate is another. With <see cref="RpcCertificateFile.Get"/> a certificate that is renewed is used for new
    /// connections without a restart; those that are open stay. Ignored by <c>http</c> and <c>ws</c>.</summary>
    public Func<RpcServerCertificate>? ServerCertificateProvider { get; set; }

    /// <summary>Changes the TLS options after the settings above were applied: client certificates, protocol versions, certificate by host name.
    /// Called once, when listening starts; with a <see cref="ServerCertificateProvider"/>, for every connection, by several threads at
    /// once. <c>http/1.1</c> is the application protocol (ALPN, RFC 7301) whatever it says. Ignored by <c>http</c> and
    /// <c>ws</c>.</summary>
    public Action<SslServerAuthenticationOptions>? ConfigureTls { get; set; }

    /// <summary>Whether a client that does not offer <see cref="WebSocketSubProtocol.V1"/> is refused (400). Default true. When false, such a
    /// client is accepted without a sub-protocol (RFC 6455 section 4.2.2 point 5).</summary>
    public bool RequireSubProtocol { get; set; } = true;

    /// <summary>The origins that a browser may connect from (RFC 6455 section 10.2), as browsers write them: <c>https://game.example</c>, compared
    /// without regard to case. Empty, the default, means any. Another origin is refused (403).</summary>
    public ICollection<string> AllowedOrigins { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a client that names no origin is accepted although <see cref="AllowedOrigins"/> is not empty. Default true: only browsers
    /// send the header, and they always do.</summary>
    public bool AllowMissingOrigin { get; set; } = true;

    /// <summary>The longest time from the moment a connection is accepted until it is upgraded, TLS included; then it is refused (408). Default
    /// 10 seconds; must be positive.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most connections that are not upgraded yet. One more cuts the oldest of them, so that a crowd that never completes its
    /// handshake does not keep others out. As many again may be upgraded and wait for the server to take them; while they do, others are not
    /// answered, and refused when their time is over (503). Default 1,024; at least 1.</summary>
    public int MaxPendingHandshakes { get; set; } = 1024;

    /// <summary>The longest request line in bytes, without its line end; a longer one is refused (414). Default 4,096; at least 16.</summary>
    public int MaxRequestLineLength { get; set; } = 4096;

    /// <summary>The longest header line in bytes, without its line end; a longer one is refused (431). Default 8,192; at least 64.</summary>
    public int MaxHeaderLineLength { get; set; } = 8192;

    /// <summary>The most header lines; more are refused (431). Default 64; at least 8.</summary>
    public int MaxHeaderCount { get; set; } = 64;

    /// <summary>The most bytes of a request, from its first to the empty line; a larger one is refused (431). Default 16,384; at least 256.</summary>
    public int MaxRequestSize { get; set; } = 16 * 1024;

    /// <summary>Whether threads of the transport's own wait for the bytes of all connections, where the system has epoll(7), and run what they bring. True by default; the TCP transport's page
    /// says what that means.</summary>
    public bool UsePollThreads { get; set; } = true;

    /// <summary>How many connections the system queues before they are accepted. Default 512; at least 1.</summary>
    public int Backlog { get; set; } = 512;

    internal void Validate()
    {
        AtLeast(HandshakeTimeout > TimeSpan.Zero, nameof(HandshakeTimeout));
        AtLeast(MaxPendingHandshakes >= 1, nameof(MaxPendingHandshakes));
        AtLeast(MaxRequestLineLength >= 16, nameof(MaxRequestLineLength));
        AtLeast(MaxHeaderLineLength >= 64, nameof(MaxHeaderLineLength));
        AtLeast(MaxHeaderCount >= 8, nameof(MaxHeaderCount));
        AtLeast(MaxRequestSize >= 256, nameof(MaxRequestSize));
        AtLeast(Backlog >= 1, nameof(Backlog));
    }

    private static void AtLeast(bool holds, string option)
    {
        if (!holds)
        {
            throw new ArgumentException($"WebSocketListenOptions.{option} is below its least value.");
        }
    }
}
