using System.Security.Cryptography;
using Rpc.Testing;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Handshake;

public sealed class HandshakeTests
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(UdpTokenIssuer.KeySize);

    [Fact]
    public void A_handshake_succeeds_while_every_third_packet_is_lost()
    {
        using var key = UdpServerKey.Create();
        var security = new ClientSecurity(SecurityMode.PinnedKey, null, null, UdpServerKey.Export(key), true, CipherSuite.AesGcm);
        for (var seed = 0; seed < 40; seed++)
        {
            using var server = new ServerHarness(options => options.SigningKey = key);
            var conditions = new NetworkConditions { Loss = 0.3, Delay = TimeSpan.FromMilliseconds(25), Duplication = 0.1, Corruption = 0.05 };
            using var client = new ClientHandshake(security, new PeerOptions(), server.Clock.Now);
            new HandshakeOverLinks(server, client, conditions, seed).Run();

            Assert.Null(client.Failure);
            Assert.True(server.Endpoint.Accepted.Count == 1, $"Seed {seed}: no connection after 10 s.");
        }
    }

    /// <summary>A busy machine answers late, clients ask again, and one of the Hellos is damaged: the answer to the other one must hold.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_Hello_that_comes_again_damaged_takes_nothing_from_the_right_one(bool isDamagedFirst)
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var from = ServerHarness.Address(1);
        using var client = new ClientHandshake(ServerHarness.Insecure, new PeerOptions(), server.Clock.Now);
        server.SendHello(client, from);
        var hello = new byte[Packet.MaxSize];
        Assert.Equal(Packet.MaxSize, client.Produce(hello, server.Clock.Now));
        var damaged = hello.ToArray();
        damaged[^1] ^= 1;

        server.Receive(isDamagedFirst ? damaged : hello, from);
        server.Receive(isDamagedFirst ? hello : damaged, from);
        foreach (var answer in server.TakeSent(from))
        {
            if (client.Peer is null)
            {
                client.Receive(answer, server.Clock.Now);
            }
        }

        Assert.NotNull(client.Peer);
        client.Peer.Ping();
        server.Flush(client.Peer, from);
        Assert.Equal(1, server.Endpoint.Accepted.Count);
    }

    [Fact]
    public void Nothing_is_remembered_of_a_client_that_has_not_shown_the_cookie()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var hello = Hello();
        for (var i = 0; i < 1000; i++)
        {
            server.Receive(hello, ServerHarness.Address(i));
        }

        Assert.Equal(0, server.Endpoint.ConnectionCount);
        Assert.Equal(1000, server.Sent.Count);
        Assert.All(server.Sent, static sent => Assert.Equal(HandshakePackets.RetrySize, sent.Datagram.Length));
        Assert.True(HandshakePackets.RetrySize < 100);
    }

    [Fact]
    public void A_cookie_is_good_for_its_address_alone_and_for_five_seconds()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var hello = Hello();
        var (own, other) = (ServerHarness.Address(1), ServerHarness.Address(2));
        server.Receive(hello, own);
        Assert.True(HandshakePackets.TryReadRetry(server.TakeSent(own)[0], new HelloPacket(hello).Random, out var cookie));
        new HelloPacket(hello).SetCookie(cookie);

        server.Receive(hello, other);
        Assert.Equal(Packet.Retry, Assert.Single(server.TakeSent(other))[0]);
        server.Time.Advance(TimeSpan.FromSeconds(6));
        server.Receive(hello, own);
        Assert.Equal(Packet.Retry, Assert.Single(server.TakeSent(own))[0]);
        Assert.Equal(0, server.Endpoint.ConnectionCount);
    }

    [Fact]
    public void No_answer_to_an_unproven_address_is_longer_than_what_it_sent()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var random = new Random(5);
        for (var i = 0; i < 5000; i++)
        {
            var datagram = new byte[random.Next(1, 1500)];
            random.NextBytes(datagram);
            datagram[0] = (byte)(random.Next(2) == 0 ? Packet.Hello : Packet.Data | random.Next(4));
            Packet.Magic.CopyTo(datagram.Length > 4 ? datagram.AsSpan(1) : new byte[3]);
            server.Receive(datagram, ServerHarness.Address(i));
            Assert.True(server.BytesSent <= datagram.Length);
            Reset(server);
        }

        static void Reset(ServerHarness server)
        {
            var before = server.BytesSent;
            server.Sent.Clear();
            Assert.True(before <= 100 * 5000);
        }
    }

    [Fact]
    public void A_packet_for_an_unknown_connection_is_never_answered()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        for (var i = 0; i < 300; i++)
        {
            server.Receive([Packet.Data, (byte)i, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24], ServerHarness.Address(1));
        }

        Assert.Empty(server.Sent);
    }

    [Fact]
    public void A_hello_that_comes_again_gets_the_same_answer_and_no_second_connection()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var from = ServerHarness.Address(1);
        var hello = Hello();
        server.Receive(hello, from);
        Assert.True(HandshakePackets.TryReadRetry(server.TakeSent(from)[0], new HelloPacket(hello).Random, out var cookie));
        new HelloPacket(hello).SetCookie(cookie);
        server.Receive(hello, from);
        server.Receive(hello, from);

        var answers = server.TakeSent(from);
        Assert.Equal(2, answers.Count);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(1, server.Endpoint.ConnectionCount);
    }

    [Fact]
    public void Another_version_is_refused_with_the_servers_own()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var hello = Hello();
        hello[4] = 9;
        server.Receive(hello, ServerHarness.Address(1));
        Assert.True(HandshakePackets.TryReadRefusal(Assert.Single(server.Sent).Datagram, new HelloPacket(hello).Digest(), out var reason, out var version));
        Assert.Equal((RefusalReason.Version, Packet.Version), (reason, version));
    }

    /// <summary>The refusal of a Hello that was damaged on its way ends nothing.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(48)]
    public void A_refusal_of_what_the_client_did_not_send_means_nothing(int damagedAt)
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var from = ServerHarness.Address(1);
        using var client = new ClientHandshake(ServerHarness.Insecure, new PeerOptions(), server.Clock.Now);
        server.SendHello(client, from);
        var hello = new byte[Packet.MaxSize];
        Assert.Equal(Packet.MaxSize, client.Produce(hello, server.Clock.Now));
        hello[damagedAt] ^= 0x43;
        server.Receive(hello, from);
        foreach (var answer in server.TakeSent(from))
        {
            client.Receive(answer, server.Clock.Now);
        }

        Assert.Null(client.Failure);
    }

    [Fact]
    public void At_the_limit_the_oldest_that_has_proved_nothing_is_dropped()
    {
        using var server = new ServerHarness(static options => (options.AllowInsecure, options.MaxPendingHandshakes) = (true, 5));
        for (var i = 0; i < 50; i++)
        {
            Assert.NotNull(server.Begin(ServerHarness.Insecure, ServerHarness.Address(i)).Peer);
            Assert.InRange(server.Endpoint.ConnectionCount, 1, 6);
        }
    }

    [Fact]
    public void Beyond_the_limit_of_connections_a_client_is_refused()
    {
        using var server = new ServerHarness(static options => (options.AllowInsecure, options.MaxConnections) = (true, 2));
        for (var i = 0; i < 2; i++)
        {
            var from = ServerHarness.Address(i);
            server.Flush(server.Begin(ServerHarness.Insecure, from).Peer!, from);
        }

        Assert.Equal(TransportError.ConnectionRefused, server.Begin(ServerHarness.Insecure, ServerHarness.Address(3)).Failure?.Error);
    }

    [Fact]
    public void New_connections_from_one_address_are_limited_to_the_burst_and_then_to_the_rate()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var opened = Enumerable.Range(0, 40).Count(port => server.Begin(ServerHarness.Insecure, ServerHarness.Address(1, 5000 + port)).Peer is not null);
        Assert.Equal(20, opened);
        Assert.NotNull(server.Begin(ServerHarness.Insecure, ServerHarness.Address(2)).Peer);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        opened = Enumerable.Range(0, 40).Count(port => server.Begin(ServerHarness.Insecure, ServerHarness.Address(1, 6000 + port)).Peer is not null);
        Assert.Equal(10, opened);
    }

    [Fact]
    public void Key_exchanges_are_limited()
    {
        using var key = UdpServerKey.Create();
        using var server = new ServerHarness(options => (options.SigningKey, options.KeyExchangesPerSecond) = (key, 50));
        var security = new ClientSecurity(SecurityMode.PinnedKey, null, null, UdpServerKey.Export(key), true, CipherSuite.AesGcm);
        var opened = Enumerable.Range(0, 20).Count(i => server.Begin(security, ServerHarness.Address(i)).Peer is not null);
        Assert.Equal(5, opened);
    }

    [Fact]
    public void A_connection_is_handed_out_when_the_client_has_shown_that_it_has_the_keys()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var from = ServerHarness.Address(1);
        var client = server.Begin(ServerHarness.Insecure, from);
        Assert.Equal(0, server.Endpoint.Accepted.Count);
        server.Flush(client.Peer!, from);
        Assert.Equal(1, server.Endpoint.Accepted.Count);
    }

    [Fact]
    public void A_token_opens_one_connection()
    {
        UdpClientIdentity? identity = null;
        using var server = new ServerHarness(options =>
        {
            options.TokenKeys[3] = s_key;
            options.TokenAudience = "arena";
            options.Authorize = client => (identity = client) is not null;
        });
        var token = new UdpTokenIssuer(3, s_key, server.Time).Issue("kim", TimeSpan.FromSeconds(30), "arena", [1, 2, 3]);
        var (first, second) = (ServerHarness.Address(1), ServerHarness.Address(2));
        var (one, other) = (server.Begin(ServerHarness.ByToken(token), first), server.Begin(ServerHarness.ByToken(token), second));
        server.Flush(one.Peer!, first);
        server.Flush(other.Peer!, second);

        Assert.Equal(1, server.Endpoint.Accepted.Count);
        Assert.Equal("kim", identity?.ClientId);
        Assert.Equal([1, 2, 3], identity?.UserData.ToArray());
        foreach (var datagram in server.TakeSent(second))
        {
            other.Peer!.Receive(datagram, server.Clock.Now);
        }

        Assert.Equal(TransportError.ConnectionRefused, other.Peer!.Failure?.Error);
    }

    [Theory]
    [InlineData("arena", 3u, 60, null)]
    [InlineData("lobby", 3u, 0, TransportError.SecurityFailed)]
    [InlineData("arena", 4u, 0, TransportError.SecurityFailed)]
    [InlineData("arena", 3u, 0, TransportError.SecurityFailed)]
    public void A_token_that_is_expired_or_for_others_is_refused(string audience, uint keyId, int lifetime, TransportError? expected)
    {
        using var server = new ServerHarness(static options =>
        {
            options.TokenKeys[3] = s_key;
            options.TokenAudience = "arena";
        });
        var token = new UdpTokenIssuer(keyId, s_key, server.Time).Issue("kim", TimeSpan.FromSeconds(lifetime), audience);
        server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(expected, server.Begin(ServerHarness.ByToken(token), ServerHarness.Address(1)).Failure?.Error);
    }

    [Fact]
    public void A_changed_token_is_refused()
    {
        using var server = new ServerHarness(static options => options.TokenKeys[3] = s_key);
        var token = new UdpTokenIssuer(3, s_key, server.Time).Issue("kim", TimeSpan.FromMinutes(1)).ToArray();
        for (var i = TokenSealer.KeySize; i < token.Length; i += 7)
        {
            var changed = token.ToArray();
            changed[i] ^= 1;
            Assert.NotNull(server.Begin(ServerHarness.ByToken(UdpConnectToken.Parse(changed)), ServerHarness.Address(i)).Failure);
        }
    }

    [Fact]
    public void A_server_without_the_pinned_key_is_not_talked_to()
    {
        using var key = UdpServerKey.Create();
        using var other = UdpServerKey.Create();
        using var server = new ServerHarness(options => options.SigningKey = key);
        var security = new ClientSecurity(SecurityMode.PinnedKey, null, null, UdpServerKey.Export(other), true, CipherSuite.AesGcm);
        var client = server.Begin(security, ServerHarness.Address(1));
        Assert.Null(client.Peer);
        Assert.Equal(TransportError.SecurityFailed, client.Failure?.Error);
    }

    [Fact]
    public void A_client_without_secrets_is_refused_unless_the_server_allows_it()
    {
        using var server = new ServerHarness(static options => options.TokenKeys[3] = s_key);
        Assert.Equal(TransportError.SecurityFailed, server.Begin(ServerHarness.Insecure, ServerHarness.Address(1)).Failure?.Error);
    }

    [Fact]
    public void A_connection_goes_on_from_another_address_once_that_has_answered()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var (old, moved) = (ServerHarness.Address(1), ServerHarness.Address(2));
        var client = server.Begin(ServerHarness.Insecure, old).Peer!;
        server.Flush(client, old);
        server.TakeSent(old);

        client.TrySend(new byte[100], new MessageOptions(RpcDelivery.Reliable), server.Clock.Now);
        server.Flush(client, moved);
        Assert.True(server.Endpoint.Accepted.TryRead(out var accepted));
        var connection = Assert.IsType<UdpConnection>(accepted);
        Assert.False(connection.IsPathValidated);
        Assert.Empty(server.TakeSent(old));
        var toMoved = server.TakeSent(moved);
        Assert.NotEmpty(toMoved);
        Assert.True(toMoved.Sum(static datagram => datagram.Length) <= 3 * 150, "More than three times the received was sent.");
        foreach (var datagram in toMoved)
        {
            client.Receive(datagram, server.Clock.Now);
        }

        server.Flush(client, moved);
        Assert.True(connection.IsPathValidated);
        Assert.True(connection.TryReceive(out var message));
        Assert.Equal(100, message.Length);
    }

    [Fact]
    public void An_address_that_does_not_answer_is_left_again()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        var (old, stolen) = (ServerHarness.Address(1), ServerHarness.Address(2));
        var client = server.Begin(ServerHarness.Insecure, old).Peer!;
        server.Flush(client, old);
        client.TrySend(new byte[100], new MessageOptions(RpcDelivery.Reliable), server.Clock.Now);
        server.Flush(client, stolen);
        server.Sent.Clear();

        for (var i = 0; i < 300; i++)
        {
            server.Time.Advance(TimeSpan.FromMilliseconds(10));
        }

        server.Sent.Clear();
        Assert.True(server.Endpoint.Accepted.TryRead(out var accepted));
        ((UdpConnection)accepted).TrySend(new byte[10], new MessageOptions(RpcDelivery.Reliable));
        ((UdpConnection)accepted).Flush();
        Assert.NotEmpty(server.TakeSent(old));
        Assert.Empty(server.TakeSent(stolen));
    }

    private static byte[] Hello() => HelloPacket.Create(
        SecurityMode.Insecure, CipherSuite.AesGcm, 1 << 20, 1 << 16, RandomNumberGenerator.GetBytes(HelloPacket.RandomSize), null, null);
}
