using System.Security.Cryptography;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Handshake;

/// <summary>Who has only the portable cipher suite talks to who has both, whichever side it is.</summary>
public sealed class SuiteTests
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(UdpTokenIssuer.KeySize);

    public static TheoryData<byte, bool, bool> Sides
    {
        get
        {
            var sides = new TheoryData<byte, bool, bool>();
            foreach (var mode in new[] { SecurityMode.Insecure, SecurityMode.Token, SecurityMode.PinnedKey })
            {
                sides.Add((byte)mode, false, false);
                sides.Add((byte)mode, false, true);
                sides.Add((byte)mode, true, false);
                sides.Add((byte)mode, true, true);
            }

            return sides;
        }
    }

    [Theory]
    [MemberData(nameof(Sides))]
    public void The_suite_is_the_fast_one_if_both_have_it_and_carries_messages_both_ways(byte mode, bool isClientPortable, bool isServerPortable)
    {
        using var key = UdpServerKey.Create();
        using var server = Server(isServerPortable, key);
        var from = ServerHarness.Address(1);
        using var client = new ClientHandshake(Security((SecurityMode)mode, Suites(isClientPortable), key), new PeerOptions(), server.Clock.Now);
        var answers = Exchange(server, client, from);

        var hello = Assert.Single(answers, static answer => answer[0] == Packet.ServerHello);
        Assert.Equal((byte)(isClientPortable || isServerPortable ? CipherSuite.AesCtrHmac : CipherSuite.AesGcm), hello[5]);
        var peer = client.Peer!;
        var toServer = RandomNumberGenerator.GetBytes(10_000);
        Assert.True(peer.TrySend(toServer, new MessageOptions(RpcDelivery.Reliable), server.Clock.Now));
        server.Flush(peer, from);
        Assert.True(server.Endpoint.Accepted.TryRead(out var accepted));
        var connection = (UdpConnection)accepted;
        Assert.True(connection.TryReceive(out var received));
        Assert.Equal(toServer, received.ToArray());

        var toClient = RandomNumberGenerator.GetBytes(1_000);
        Assert.True(connection.TrySend(toClient, new MessageOptions(RpcDelivery.Reliable)));
        connection.Flush();
        foreach (var packet in server.TakeSent(from))
        {
            peer.Receive(packet, server.Clock.Now);
        }

        var messages = new Queue<ReceivedMessage>();
        peer.TakeAll(ref messages);
        var message = Assert.Single(messages);
        Assert.Equal(toClient, message.Buffer.AsSpan(0, message.Length).ToArray());
        Assert.Equal((0, 0), (peer.PacketsRejected, peer.PacketsLost));
    }

    [Fact]
    public void A_longer_datagram_than_a_server_sends_itself_is_taken_in_either_suite()
    {
        foreach (var suites in new[] { CipherSuite.AesGcm, CipherSuite.AesCtrHmac })
        {
            using var server = Server(isPortable: false, key: null);
            var from = ServerHarness.Address(1);
            using var client = new ClientHandshake(
                Security(SecurityMode.Insecure, suites, key: null), new PeerOptions { MaxDatagramSize = Packet.LargestSize }, server.Clock.Now);
            Exchange(server, client, from);
            var peer = client.Peer!;

            // The search for what the path carries begins with the longest.
            var datagram = new byte[Packet.LargestSize];
            for (var i = 0; i < 100 && peer.DatagramSize < Packet.LargestSize; i++)
            {
                server.Time.Advance(TimeSpan.FromMilliseconds(10));
                peer.Ping();
                peer.OnTimeout(server.Clock.Now);
                for (var length = peer.Produce(datagram, server.Clock.Now); length > 0; length = peer.Produce(datagram, server.Clock.Now))
                {
                    server.Receive(datagram[..length], from);
                }

                foreach (var packet in server.TakeSent(from))
                {
                    peer.Receive(packet, server.Clock.Now);
                }
            }

            Assert.Equal(Packet.LargestSize, peer.DatagramSize);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(0xFC)]
    public void A_client_that_offers_no_suite_that_is_known_is_refused(byte suites)
    {
        using var server = Server(isPortable: false, key: null);
        using var client = new ClientHandshake(Security(SecurityMode.Insecure, (CipherSuite)suites, key: null), new PeerOptions(), server.Clock.Now);
        Exchange(server, client, ServerHarness.Address(1));
        Assert.Null(client.Peer);
        Assert.Equal(TransportError.SecurityFailed, client.Failure!.Error);
    }

    [Fact]
    public void What_a_newer_client_offers_beside_is_ignored()
    {
        using var server = Server(isPortable: false, key: null);
        using var client = new ClientHandshake(
            Security(SecurityMode.Insecure, CipherSuite.AesCtrHmac | (CipherSuite)0xFC, key: null), new PeerOptions(), server.Clock.Now);
        var answers = Exchange(server, client, ServerHarness.Address(1));
        Assert.NotNull(client.Peer);
        Assert.Equal((byte)CipherSuite.AesCtrHmac, Assert.Single(answers, static answer => answer[0] == Packet.ServerHello)[5]);
    }

    [Theory]
    [InlineData((byte)CipherSuite.AesGcm)]
    [InlineData((byte)(CipherSuite.AesGcm | CipherSuite.AesCtrHmac))]
    [InlineData(4)]
    public void A_client_takes_no_suite_that_it_did_not_offer(byte suite)
    {
        using var server = Server(isPortable: true, key: null);
        var from = ServerHarness.Address(1);
        using var client = new ClientHandshake(Security(SecurityMode.Insecure, CipherSuite.AesCtrHmac, key: null), new PeerOptions(), server.Clock.Now);
        Exchange(server, client, from, answer => answer[5] = answer[0] == Packet.ServerHello ? suite : answer[5]);
        Assert.Null(client.Peer);
        Assert.Null(client.Failure);
    }

    private static ServerHarness Server(bool isPortable, ECDsa? key) => new(options =>
    {
        options.UsePortableCipher = isPortable;
        options.AllowInsecure = true;
        options.SigningKey = key;
        options.TokenKeys[1] = s_key;
    });

    private static CipherSuite Suites(bool isPortable) => new UdpClientOptions { UsePortableCipher = isPortable }.Suites;

    private static ClientSecurity Security(SecurityMode mode, CipherSuite suites, ECDsa? key)
    {
        if (mode == SecurityMode.Token)
        {
            var token = new UdpTokenIssuer(1, s_key).Issue("kim", TimeSpan.FromDays(365 * 100));
            return new ClientSecurity(mode, token.Sealed, token.Key, null, UseKeyExchange: true, suites);
        }

        return new ClientSecurity(
            mode, null, null, mode == SecurityMode.PinnedKey ? UdpServerKey.Export(key!) : null, UseKeyExchange: mode == SecurityMode.PinnedKey, suites);
    }

    /// <summary>Hello, Retry, Hello, ServerHello.</summary>
    /// <returns>What the server answered.</returns>
    private static List<byte[]> Exchange(ServerHarness server, ClientHandshake client, DatagramAddress from, Action<byte[]>? change = null)
    {
        var answers = new List<byte[]>();
        var hello = new byte[Packet.MaxSize];
        for (var i = 0; i < 2 && client.Failure is null; i++)
        {
            Assert.Equal(Packet.MaxSize, client.Produce(hello, server.Clock.Now));
            server.Receive(hello, from);
            foreach (var answer in server.TakeSent(from))
            {
                answers.Add(answer.ToArray());
                change?.Invoke(answer);
                client.Receive(answer, server.Clock.Now);
            }
        }

        return answers;
    }
}
