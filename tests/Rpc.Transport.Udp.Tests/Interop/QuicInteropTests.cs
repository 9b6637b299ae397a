using System.Security.Cryptography;
using Rpc.Testing;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transport.Udp.Tests.Handshake;
using Rpc.Transport.Udp.Tests.Simulation;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Interop;

/// <summary>The cases of the QUIC interop runner, by their names, over the simulated network.</summary>
/// <remarks>Not here, for there is no such thing in this protocol: http3, chacha20, resumption, zerortt, ecn, v2. <c>ipv6</c> is among the conformance tests, over real
/// sockets; <c>goodput</c> is in <see cref="LatencyTests"/>.</remarks>
public sealed class QuicInteropTests
{
    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(UdpTokenIssuer.KeySize);

    [Fact]
    public void Handshake() => AssertHandshakes(new NetworkConditions { Delay = TimeSpan.FromMilliseconds(15) });

    [Fact]
    public void Handshake_loss() => AssertHandshakes(new NetworkConditions { Delay = TimeSpan.FromMilliseconds(15), Loss = 0.3 });

    [Fact]
    public void Handshake_corruption() => AssertHandshakes(new NetworkConditions { Delay = TimeSpan.FromMilliseconds(15), Corruption = 0.3 });

    [Fact]
    public void Transfer() => AssertTransfer(new NetworkConditions());

    [Fact]
    public void Transfer_loss() => AssertTransfer(new NetworkConditions { Loss = 0.02 });

    [Fact]
    public void Transfer_corruption() => AssertTransfer(new NetworkConditions { Corruption = 0.02 });

    /// <summary>A satellite: 750 ms.</summary>
    [Fact]
    public void Long_rtt() => AssertTransfer(new NetworkConditions { Delay = TimeSpan.FromMilliseconds(375) }, limit: 25);

    /// <summary>2,000 small messages, each its own: none waits for another.</summary>
    [Fact]
    public void Multiplexing()
    {
        var pair = new SimulatedPair(Link(new NetworkConditions()), seed: 1);
        var received = 0;
        pair.OnServerMessage = message => pair.Send(pair.Server, message);
        pair.OnClientMessage = _ => received++;
        for (var sent = 0; sent < 2_000;)
        {
            sent += pair.Send(pair.Client, new byte[32]) ? 1 : 0;
            if (sent % 100 == 0)
            {
                pair.Run(0.002);
            }
        }

        Assert.True(pair.RunUntil(() => received == 2_000, seconds: 2), pair.Describe());
    }

    /// <summary>Nothing gets through for two seconds in a transfer.</summary>
    [Fact]
    public void Blackhole()
    {
        var pair = new SimulatedPair(Link(new NetworkConditions()), seed: 1);
        var received = Send(pair, 100);
        pair.Run(0.05);
        var good = pair.ToServer.Conditions;
        pair.ToServer.Conditions = pair.ToClient.Conditions = new NetworkConditions { IsBlackhole = true };
        pair.Run(2);
        Assert.InRange(received(), 0, 99);
        pair.ToServer.Conditions = pair.ToClient.Conditions = good;
        Assert.True(pair.RunUntil(() => received() == 100, seconds: 4), pair.Describe());
    }

    /// <summary>Until the client has shown that it receives at its address, less is sent there than came from it.</summary>
    [Fact]
    public void Amplification_limit()
    {
        using var key = UdpServerKey.Create();
        using var server = new ServerHarness(options => options.SigningKey = key);
        using var client = new ClientHandshake(PinnedKey(key), new PeerOptions(), server.Clock.Now);
        var links = new HandshakeOverLinks(server, client, new NetworkConditions { Delay = TimeSpan.FromMilliseconds(15) }, seed: 1);

        // No answer reaches the client, which asks again and again.
        links.ToClient.Conditions = new NetworkConditions { IsBlackhole = true };
        Assert.False(links.Run());
        Assert.True(links.ToServer.Sent > 5);
        Assert.InRange(server.BytesSent, 1, links.ToServer.BytesSent);
    }

    /// <summary>A forged cookie never makes the server send more than a Retry.</summary>
    [Fact]
    public void Retry()
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        using var client = new ClientHandshake(ServerHarness.Insecure, new PeerOptions(), server.Clock.Now);
        var links = new HandshakeOverLinks(server, client, new NetworkConditions { Delay = TimeSpan.FromMilliseconds(15) }, seed: 1);
        Assert.True(links.Run(() => server.BytesSent > 0));
        Assert.Equal((HandshakePackets.RetrySize, 0), ((int)server.BytesSent, server.Endpoint.ConnectionCount));
        Assert.True(links.Run());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Key_update(bool isClient)
    {
        var pair = new SimulatedPair(Link(new NetworkConditions { Reordering = 0.05, ReorderingDelay = TimeSpan.FromMilliseconds(4) }), seed: 1);
        var received = Send(pair, 60);
        for (var i = 0; i < 4; i++)
        {
            pair.Run(0.1);
            (isClient ? pair.Client : pair.Server).Rekey(pair.Now);
        }

        Assert.True(pair.RunUntil(() => received() == 60), pair.Describe());
        Assert.Null(pair.Server.Failure);
    }

    /// <summary>A NAT forgets, and gives another port.</summary>
    [Fact]
    public void Rebind_port() => AssertRebinds(i => ServerHarness.Address(1, 5000 + i));

    /// <summary>The same with another address.</summary>
    [Fact]
    public void Rebind_addr() => AssertRebinds(static i => ServerHarness.Address(1 + i));

    /// <summary>Beside a flow of NewReno, either way round.</summary>
    [Theory]
    [InlineData(0, CongestionController.Tolerance)]
    [InlineData(CongestionController.Tolerance, 0)]
    public void Cross_traffic(double first, double second)
    {
        var shares = Scenarios.Fairness(0, roundTrip: 30, queueInRoundTrips: 1, first, second);
        Assert.InRange(shares[0], 20, 80);
        Assert.InRange(shares[1], 20, 80);
    }

    // 10 Mbit/s and 30 ms, as the runner has it.
    private static NetworkConditions Link(NetworkConditions conditions)
    {
        conditions.Delay = conditions.Delay == TimeSpan.Zero ? TimeSpan.FromMilliseconds(15) : conditions.Delay;
        (conditions.BytesPerSecond, conditions.QueueSize) = (1_250_000, 37_500);
        return conditions;
    }

    private static ClientSecurity PinnedKey(ECDsa key) => new(SecurityMode.PinnedKey, null, null, UdpServerKey.Export(key), true, CipherSuite.AesGcm);

    private static void AssertHandshakes(NetworkConditions conditions)
    {
        using var key = UdpServerKey.Create();
        for (var seed = 0; seed < 50; seed++)
        {
            using var server = new ServerHarness(options =>
            {
                options.SigningKey = key;
                options.TokenKeys[1] = s_key;
            });
            var security = seed % 2 == 0 ? PinnedKey(key) : ServerHarness.ByToken(new UdpTokenIssuer(1, s_key, server.Time).Issue("kim", TimeSpan.FromMinutes(1)));
            using var client = new ClientHandshake(security, new PeerOptions(), server.Clock.Now);
            Assert.True(new HandshakeOverLinks(server, client, conditions, seed).Run(), $"Seed {seed}: no connection after 10 s; {client.Failure?.Message}");
        }
    }

    private static void AssertTransfer(NetworkConditions conditions, double limit = 4)
    {
        var pair = new SimulatedPair(Link(conditions), seed: 2);
        var received = Send(pair, 60);
        Assert.True(pair.RunUntil(() => received() == 60, limit), pair.Describe());
        Assert.Null(pair.Client.Failure);
        Assert.Null(pair.Server.Failure);
    }

    private static Func<int> Send(SimulatedPair pair, int count)
    {
        var received = 0;
        pair.OnClientMessage = static _ => { };
        pair.OnServerMessage = message =>
        {
            Assert.Equal(-1, message.AsSpan(1).IndexOfAnyExcept(message[0]));
            received++;
        };
        for (var i = 0; i < count; i++)
        {
            var message = new byte[10_000];
            message.AsSpan().Fill((byte)i);
            Assert.True(pair.Send(pair.Client, message));
        }

        return () => received;
    }

    private static void AssertRebinds(Func<int, DatagramAddress> addressOf)
    {
        using var server = new ServerHarness(static options => options.AllowInsecure = true);
        using var client = new ClientHandshake(ServerHarness.Insecure, new PeerOptions(), server.Clock.Now);
        var links = new HandshakeOverLinks(server, client, new NetworkConditions { Delay = TimeSpan.FromMilliseconds(15) }, seed: 3);
        Assert.True(links.Run());
        Assert.True(server.Endpoint.Accepted.TryRead(out var accepted));
        var connection = (UdpConnection)accepted;
        var received = 0;
        for (var i = 1; i <= 4; i++)
        {
            for (var message = 0; message < 10; message++)
            {
                Assert.True(client.Peer!.TrySend(new byte[4_000], new MessageOptions(RpcDelivery.Reliable), server.Clock.Now));
            }

            links.Run(() => false, seconds: 0.02);
            links.From = addressOf(i);
            Assert.True(links.Run(
                () =>
                {
                    while (connection.TryReceive(out _))
                    {
                        received++;
                    }

                    return received == 10 * i && connection.IsPathValidated;
                },
                seconds: 5));
        }

        Assert.Null(client.Peer!.Failure);
    }
}
