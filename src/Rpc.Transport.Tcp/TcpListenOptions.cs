using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transport.Tcp.Internal;

namespace Rpc.Transport.Tcp;

/// <summary>How a server listens at a TCP port or a Unix socket. Not to be changed once the server has started.</summary>
public sealed class TcpListenOptions
{
    /// <summary>Whether small writes leave at once rather than wait for more (TCP_NODELAY). True by default; not for Unix sockets.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>Size (bytes) of the system's send buffer of each connection; null leaves it to the system, which adapts it.</summary>
    public int? SendBufferSize { get; set; }

    /// <summary>Size (bytes) of the system's receive buffer of each connection; null leaves it to the system, which adapts it.</summary>
    public int? ReceiveBufferSize { get; set; }

    /// <summary>How often a read looks for bytes before it waits for them; 0, the default, waits at once. See
    /// <see cref="TcpClientOptions.ReceiveSpinCount"/>; on a server with many connections leave it. Not for TLS.</summary>
    public int ReceiveSpinCount { get; set; }

    /// <summary>Whether threads of the transport's own wait for the bytes of all connections: see <see cref="TcpClientOptions.UsePollThreads"/>. True by default.</summary>
    public bool UsePollThreads { get; set; } = true;

    /// <summary>Connections that may wait in the system to be accepted. 512 by default; the system may have a lower limit.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>Whether <c>IPAddress.IPv6Any</c> takes IPv4 clients too. True by default.</summary>
    public bool DualStack { get; set; } = true;

    /// <summary>The server's certificate, with its private key. Setting it, <see cref="ServerCertificateProvider"/> or <see cref="ConfigureTls"/>, turns TLS on: the
    /// address is then <c>tcps://</c>.</summary>
    public X509Certificate2? ServerCertificate { get; set; }

    /// <summary>Gives the server's certificate, and the chain that goes out with it, for each connection; goes before <see cref="ServerCertificate"/>. Called by several threads
    /// at once; should give the same object until the certificate is another. With <see cref="RpcCertificateFile.Get"/> a certificate that is renewed is used
    /// for new connections without a restart; those that are open stay.</summary>
    public Func<RpcServerCertificate>? ServerCertificateProvider { get; set; }

    /// <summary>Whether clients show certificates (mutual TLS). None by default.</summary>
    public ClientCertificateMode ClientCertificateMode { get; set; }

    /// <summary>The roots that a client's certificate must lead to, instead of the system's; empty for the system's. With roots of one's own,
    /// revocation is not looked up.</summary>
    public X509Certificate2Collection TrustedClientRoots { get; } = [];

    /// <summary>Changes the TLS options of a connection after the settings above were applied, for instance to choose a certificate by the name that is
    /// asked for. Called for every connection, by several threads at once. <c>rpc/1</c> is always among the application protocols (ALPN,
    /// RFC 7301), and a client that does not agree on it is turned away.</summary>
    public Action<SslServerAuthenticationOptions>? ConfigureTls { get; set; }

    /// <summary>How long a TLS handshake may take. 10 s by default.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>TLS handshakes that may be under way. 1,024 by default. At the limit, the one that has been under way longest is cut to make room: a
    /// flood of stalled ones keeps nobody out.</summary>
    public int MaxPendingHandshakes { get; set; } = 1024;

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        OptionRange.Check(nameof(ReceiveSpinCount), ReceiveSpinCount >= 0);
        OptionRange.Check(nameof(SendBufferSize), SendBufferSize is null or > 0);
        OptionRange.Check(nameof(ReceiveBufferSize), ReceiveBufferSize is null or > 0);
        OptionRange.Check(nameof(Backlog), Backlog > 0);
        OptionRange.Check(nameof(HandshakeTimeout), HandshakeTimeout > TimeSpan.Zero);
        OptionRange.Check(nameof(MaxPendingHandshakes), MaxPendingHandshakes > 0);
        OptionRange.Check(nameof(ServerCertificate), ServerCertificate is null or { HasPrivateKey: true });
    }

    internal bool UsesTls => ServerCertificate is not null || ServerCertificateProvider is not null || ConfigureTls is not null;
}
