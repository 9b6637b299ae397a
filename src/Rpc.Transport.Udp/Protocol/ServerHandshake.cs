using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>The server's part of the handshake: answers a Hello whose cookie was checked. Holds no state.</summary>
internal static class ServerHandshake
{
    /// <summary>Whether a Hello asks for something expensive: a key exchange.</summary>
    internal static bool IsExpensive(HelloPacket hello) => hello.HasKeyShare;

    /// <summary>Accepts a client.</summary>
    /// <param name="packet">Its Hello, without the cookie.</param>
    /// <param name="security">The server's secrets.</param>
    /// <param name="options">The server's settings, changed to those of this connection: a copy of its own.</param>
    /// <param name="connectionId">The id for it.</param>
    /// <param name="nowSeconds">Seconds since 1970.</param>
    /// <param name="now">The time (µs).</param>
    /// <param name="acceptance">The connection.</param>
    /// <returns>Null, or why not.</returns>
    internal static RefusalReason? Accept(
        Span<byte> packet, ServerSecurity security, PeerOptions options, uint connectionId, long nowSeconds, long now, out ServerAcceptance? acceptance)
    {
        acceptance = null;
        var hello = new HelloPacket(packet);
        var suite = Choose((CipherSuite)hello.Suites & security.Suites);
        var mode = (SecurityMode)hello.Mode;
        if (suite == CipherSuite.None || !IsOffered(mode, hello, security) || hello.MaxMessageSize < Packet.MaxSize || hello.Window < hello.MaxMessageSize + MessageFormat.Overhead)
        {
            return RefusalReason.Security;
        }

        TokenContent? token = null;
        if (mode == SecurityMode.Token)
        {
            token = security.TokenKeys.TryGetValue(TokenSealer.KeyIdOf(hello.Token), out var key)
                ? TokenSealer.TryOpen(key, hello.Token, security.Audience, nowSeconds)
                : null;
            if (token is null)
            {
                return RefusalReason.Token;
            }
        }

        byte[]? share = null;
        byte[]? shared = null;
        if (hello.HasKeyShare)
        {
            using var exchange = new KeyExchange();
            share = exchange.Share();
            shared = exchange.Derive(hello.KeyShare);
            if (shared is null)
            {
                return RefusalReason.Security;
            }
        }

        options.ConnectionId = connectionId;
        options.PeerWindow = (int)Math.Min(hello.Window, int.MaxValue);
        options.PeerMaxMessageSize = (int)Math.Min(hello.MaxMessageSize, int.MaxValue);
        Span<byte> random = stackalloc byte[HelloPacket.RandomSize];
        RandomNumberGenerator.Fill(random);
        var isSigned = mode == SecurityMode.PinnedKey;
        var signed = ServerHelloPacket.CreateSigned(suite, connectionId, options, share, isSigned, random);
        var transcript = ServerHelloPacket.Transcript(packet, signed);
        var master = KeySchedule.Master(transcript, token?.Key, shared);
        byte[] signature = isSigned ? security.SigningKey!.SignHash(transcript) : [];
        byte[] reply = [.. signed, .. signature, .. KeySchedule.Confirmation(master, signature)];
        var peer = new Peer(
            options,
            new SendKeys(suite, KeySchedule.Direction(master, fromClient: false), now),
            new ReceiveKeys(suite, KeySchedule.Direction(master, fromClient: true)),
            now);
        acceptance = new ServerAcceptance(reply, peer, token, mode != SecurityMode.Insecure);
        return null;
    }

    private static bool IsOffered(SecurityMode mode, HelloPacket hello, ServerSecurity security) => mode switch
    {
        SecurityMode.Insecure => security.AllowInsecure,
        SecurityMode.Token => security.TokenKeys.Count > 0,
        SecurityMode.PinnedKey => security.SigningKey is not null && hello.HasKeyShare,
        _ => false,
    };

    private static CipherSuite Choose(CipherSuite common) =>
        (common & CipherSuite.AesGcm) != 0 ? CipherSuite.AesGcm : common & CipherSuite.AesCtrHmac;
}
