using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transport.Tcp.Internal;

namespace Rpc.Transport.Tcp;

/// <summary>How a client connects over <c>tcp</c>, <c>tcps</c> and <c>unix</c>. Not to be changed once a transport was made with it.</summary>
public sealed class TcpClientOptions
{
    /// <summary>Whether small writes leave at once rather than wait for more (TCP_NODELAY). True by default; not for <c>unix</c>.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>Size (bytes) of the system's send buffer; null leaves it to the system, which adapts it.</summary>
    public int? SendBufferSize { get; set; }

    /// <summary>Size (bytes) of the system's receive buffer; null leaves it to the system, which adapts it.</summary>
    public int? ReceiveBufferSize { get; set; }

    /// <summary>How often to look for bytes before waiting for them. 0, the default, leaves it to the transport: poll threads (<see cref="UsePollThreads"/>) look for about 100 µs
    /// where that has paid lately, other reads wait at once. More than 0 looks so often each time (poll threads 200 times at least): it takes the wake-up of a thread out of a quick answer's
    /// latency, and burns a processor meanwhile. Without poll threads not for <c>tcps</c>.</summary>
    public int ReceiveSpinCount { get; set; }

    /// <summary>Whether threads of the transport's own, one less than there are processors at most, wait for the bytes of all connections and run what they bring, instead of the
    /// platform's pool: about half the processor time a call. Code that blocks such a thread holds up other connections for about three milliseconds; then another thread
    /// takes its place. True by default; has an effect where the system has epoll(7), that is on Linux, with .NET 8 or later.</summary>
    public bool UsePollThreads { get; set; } = true;

    /// <summary>How long an address of a host that has several may take before the next one is tried beside it: RFC 8305, section 5. 250 ms by
    /// default.</summary>
    public TimeSpan ConnectionAttemptDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The clock. The system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The name that the server's certificate must have (and SNI asks for); null takes the host of the address. For <c>tcps</c>.</summary>
    public string? TargetHost { get; set; }

    /// <summary>The roots that the server's certificate must lead to, instead of the system's; empty for the system's. For <c>tcps</c>. With roots of
    /// one's own, revocation is not looked up.</summary>
    public X509Certificate2Collection TrustedRoots { get; } = [];

    /// <summary>The certificate, with its private key, that this client shows when the server asks for one. For <c>tcps</c>.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>Changes the TLS options of a connection after the settings above were applied. Called for every connection, by several threads at
    /// once. <c>rpc/1</c> is always among the application protocols (ALPN, RFC 7301) and must be the one chosen. For <c>tcps</c>.</summary>
    public Action<SslClientAuthenticationOptions>? ConfigureTls { get; set; }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        OptionRange.Check(nameof(ReceiveSpinCount), ReceiveSpinCount >= 0);
        OptionRange.Check(nameof(SendBufferSize), SendBufferSize is null or > 0);
        OptionRange.Check(nameof(ReceiveBufferSize), ReceiveBufferSize is null or > 0);
        OptionRange.Check(nameof(ConnectionAttemptDelay), ConnectionAttemptDelay >= TimeSpan.Zero);
        OptionRange.Check(nameof(TimeProvider), TimeProvider is not null);
    }
}
