using System.Security.Cryptography;
using Rpc.Transport.Udp.Internal;
using Rpc.Transports;

namespace Rpc.Transport.Udp;

/// <summary>How a server listens at a UDP port. At least one way of security must be chosen: <see cref="TokenKeys"/>, <see cref="SigningKey"/>, or
/// <see cref="UdpOptions.AllowInsecure"/>. Not to be changed once the server has started.</summary>
public sealed class UdpListenOptions : UdpOptions
{
    /// <summary>The keys that connect tokens may be sealed with, by their ids; 32 bytes each. Several permit a change of keys.</summary>
    public IDictionary<uint, byte[]> TokenKeys { get; } = new Dictionary<uint, byte[]>();

    /// <summary>Whom tokens must be issued for: this server, or its kind; null takes any.</summary>
    public string? TokenAudience { get; set; }

    /// <summary>The private key, on the curve P-256, whose public one clients have pinned. Not disposed.</summary>
    public ECDsa? SigningKey { get; set; }

    /// <summary>Decides whether a client that has proved to hold its token is taken; null takes all. Called on the thread that receives: it must not wait.</summary>
    public Func<UdpClientIdentity, bool>? Authorize { get; set; }

    /// <summary>Connections at a time, 1 to 1,000,000. 10,000 by default.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Connections that have not proved to have their keys. At the limit, the oldest is dropped. 1,024 by default.</summary>
    public int MaxPendingHandshakes { get; set; } = 1024;

    /// <summary>Connections that may wait to be accepted by the server. 512 by default.</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>New connections a second from one IPv4 address or IPv6 network (/64), on average; the loopback is exempt. 10 by default.</summary>
    public double NewConnectionsPerSecond { get; set; } = 10;

    /// <summary>New connections at once from one IPv4 address or IPv6 network (/64). 20 by default.</summary>
    public int NewConnectionsBurst { get; set; } = 20;

    /// <summary>Key exchanges a second; clients beyond it try again. 500 by default.</summary>
    public double KeyExchangesPerSecond { get; set; } = 500;

    /// <summary>Bytes of whole received messages that all connections together may hold; beyond it packets are dropped, to be sent again. 256 MiB by default.</summary>
    public long MaxBufferedBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Bytes of received messages that are not whole yet, of all connections together. Where three quarters of them are room for one of the greatest length for each of
    /// <see cref="MaxConnections"/>, as by default, that much is kept for the oldest message of each: nobody can shut out another. Else a quarter is kept, for the oldest messages of
    /// some connections at a time; one that has not finished it within 10 s, and a second for each 64 KiB, while another connection waits for such a place, is ended with
    /// <see cref="TransportError.TimedOut"/>. Beyond the rest, packets that bring parts are refused, to be sent again. At least <see cref="UdpOptions.MaxReassemblySize"/>; 256 MiB by
    /// default.</summary>
    public long MaxReassemblyBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Whether <c>IPAddress.IPv6Any</c> takes IPv4 clients too. True by default.</summary>
    public bool DualStack { get; set; } = true;

    internal override void Validate()
    {
        base.Validate();
        OptionRange.Check(nameof(TokenKeys), TokenKeys.Values.All(static key => key is { Length: UdpTokenIssuer.KeySize }));
        OptionRange.Check(nameof(SigningKey), SigningKey is null or { KeySize: 256 });
        OptionRange.Check(nameof(MaxConnections), MaxConnections is > 0 and <= 1_000_000);
        OptionRange.Check(nameof(MaxPendingHandshakes), MaxPendingHandshakes > 0);
        OptionRange.Check(nameof(Backlog), Backlog > 0);
        OptionRange.Check(nameof(NewConnectionsPerSecond), NewConnectionsPerSecond > 0);
        OptionRange.Check(nameof(NewConnectionsBurst), NewConnectionsBurst > 0);
        OptionRange.Check(nameof(KeyExchangesPerSecond), KeyExchangesPerSecond > 0);
        OptionRange.Check(nameof(MaxBufferedBytes), MaxBufferedBytes >= ReceiveWindow);
        OptionRange.Check(nameof(MaxReassemblyBytes), MaxReassemblyBytes >= MaxReassemblySize);
        if (TokenKeys.Count == 0 && SigningKey is null && !AllowInsecure)
        {
            throw new ArgumentException("A UDP listener needs TokenKeys, a SigningKey, or AllowInsecure.", nameof(TokenKeys));
        }
    }
}
