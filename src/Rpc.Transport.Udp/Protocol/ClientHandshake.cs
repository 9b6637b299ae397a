using System.Security.Cryptography;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>The client's part of the handshake. Datagrams and the time go in, datagrams and the next deadline come out. Times in µs.</summary>
internal sealed class ClientHandshake : IDisposable
{
    private const long FirstInterval = 200_000;
    private const long MaxInterval = 1_000_000;

    /// <summary>Hellos with one cookie; then it may have expired, or the server have forgotten its secret.</summary>
    private const int SendsPerCookie = 4;

    private readonly ClientSecurity _security;
    private readonly PeerOptions _options;
    private readonly KeyExchange? _exchange;
    private readonly byte[] _random = new byte[HelloPacket.RandomSize];
    private readonly byte[] _hello;
    private long _interval = FirstInterval;
    private int _sent;
    private int _retries;
    private int _dropped;
    private int _sendsLeft;

    internal ClientHandshake(ClientSecurity security, PeerOptions options, long now)
    {
        _security = security;
        _options = options;
        _exchange = security.UseKeyExchange || security.Mode == SecurityMode.PinnedKey ? new KeyExchange() : null;
        RandomNumberGenerator.Fill(_random);
        _hello = HelloPacket.Create(
            security.Mode, security.Suites, options.ReceiveWindow, options.MaxMessageSize, _random, _exchange?.Share(), security.Token);
        Deadline = now;
    }

    /// <summary>When <see cref="Produce"/> has something to send.</summary>
    internal long Deadline { get; private set; }

    /// <summary>The connection, once the server has answered and proved who it is.</summary>
    internal Peer? Peer { get; private set; }

    /// <summary>Why there will be none.</summary>
    internal TransportException? Failure { get; private set; }

    /// <summary>How far it has come, for the one who looks for the reason.</summary>
    internal string Describe() => $"{_sent} Hellos were sent, {_retries} Retries came, {_dropped} other answers were not understood";

    internal int Produce(Span<byte> datagram, long now)
    {
        if (Peer is not null || Failure is not null || now < Deadline)
        {
            return 0;
        }

        var hello = new HelloPacket(_hello);
        if (hello.HasCookie && _sendsLeft-- == 0)
        {
            hello.ClearCookie();
        }

        Deadline = now + _interval;
        _interval = Math.Min(_interval * 3 / 2, MaxInterval);
        _hello.CopyTo(datagram);
        _sent++;
        return _hello.Length;
    }

    internal void Receive(ReadOnlySpan<byte> datagram, long now)
    {
        if (Peer is not null || Failure is not null || datagram.IsEmpty)
        {
            return;
        }

        switch (datagram[0])
        {
            case Packet.Retry when HandshakePackets.TryReadRetry(datagram, _random, out var cookie):
                _retries++;
                OnRetry(cookie, now);
                break;
            case Packet.Refusal when HandshakePackets.TryReadRefusal(datagram, Digest(), out var reason, out var version):
                Failure = Explain(reason, version);
                break;
            case Packet.ServerHello when ServerHelloPacket.TryParse(datagram, out var server):
                OnServerHello(server, now);
                _dropped += Peer is null ? 1 : 0;
                break;
            default:
                _dropped++;
                break;
        }
    }

    public void Dispose() => _exchange?.Dispose();

    private static TransportException Explain(RefusalReason reason, byte version) => reason switch
    {
        RefusalReason.Version => new(TransportError.ProtocolViolation, $"The server speaks version {version} of the UDP transport; this is version {Packet.Version}."),
        RefusalReason.Security => new(TransportError.SecurityFailed, "The server does not take this mode of security: connect token, pinned key or insecure."),
        RefusalReason.Token => new(TransportError.SecurityFailed, "The server does not take the connect token: it is expired, for another server, or sealed with another key."),
        _ => new(TransportError.ConnectionRefused, "The server has as many connections as it takes."),
    };

    private byte[] Digest()
    {
        var hello = new HelloPacket((byte[])_hello.Clone());
        hello.ClearCookie();
        return hello.Digest();
    }

    private void OnRetry(ReadOnlySpan<byte> cookie, long now)
    {
        var hello = new HelloPacket(_hello);
        if (hello.HasCookie && hello.Cookie.SequenceEqual(cookie))
        {
            return;
        }

        // A second cookie before the first was tried enough is a duplicate's.
        if (!hello.HasCookie)
        {
            Deadline = now;
            _interval = FirstInterval;
        }

        hello.SetCookie(cookie);
        _sendsLeft = SendsPerCookie;
    }

    private void OnServerHello(ServerHelloPacket server, long now)
    {
        byte[]? shared = null;
        if (_exchange is not null)
        {
            shared = server.KeyShare.IsEmpty ? null : _exchange.Derive(server.KeyShare);
            if (shared is null)
            {
                return;
            }
        }

        if (((int)server.Suite & (int)_security.Suites) == 0 || server.Suite is not (CipherSuite.AesGcm or CipherSuite.AesCtrHmac)
            || server.MaxMessageSize < Packet.MaxSize || server.Window < server.MaxMessageSize + MessageFormat.Overhead)
        {
            return;
        }

        var hello = (byte[])_hello.Clone();
        new HelloPacket(hello).ClearCookie();
        var transcript = ServerHelloPacket.Transcript(hello, server.Signed);
        var master = KeySchedule.Master(transcript, _security.PresharedKey, shared);
        if (!CryptographicOperations.FixedTimeEquals(KeySchedule.Confirmation(master, server.Signature), server.Confirmation))
        {
            // Not the server's, or damaged on its way: the right one may still come.
            return;
        }

        if (_security.Mode == SecurityMode.PinnedKey && !IsSigned(transcript, server.Signature))
        {
            Failure = new TransportException(TransportError.SecurityFailed, "The server does not have the pinned key.");
            return;
        }

        _options.IsClient = true;
        _options.ConnectionId = server.ConnectionId;
        _options.PeerWindow = (int)Math.Min(server.Window, int.MaxValue);
        _options.PeerMaxMessageSize = (int)Math.Min(server.MaxMessageSize, int.MaxValue);
        Peer = new Peer(
            _options,
            new SendKeys(server.Suite, KeySchedule.Direction(master, fromClient: true), now),
            new ReceiveKeys(server.Suite, KeySchedule.Direction(master, fromClient: false)),
            now);
        Peer.Ping();
    }

    private bool IsSigned(byte[] transcript, ReadOnlySpan<byte> signature)
    {
        try
        {
            using var key = ECDsa.Create(KeyExchange.Import(_security.ServerKey));
            return !signature.IsEmpty && key.VerifyHash(transcript, signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
