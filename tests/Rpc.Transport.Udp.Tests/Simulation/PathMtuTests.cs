using Rpc.Testing;
using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Simulation;

/// <summary>The search for the longest datagram that a path carries.</summary>
public sealed class PathMtuTests
{
    [Theory]
    [InlineData(0, 1472)]
    [InlineData(1472, 1472)]
    [InlineData(1471, 1457)]
    [InlineData(1452, 1437)]
    [InlineData(1400, 1385)]
    [InlineData(1280, 1265)]
    [InlineData(1200, 1200)]
    public void What_a_path_carries_is_found_but_for_a_few_bytes(int carried, int least)
    {
        var pair = Create(Path(carried));
        Ping(pair, seconds: 30);
        Assert.InRange(pair.Client.DatagramSize, least, carried == 0 ? Packet.LargestSize : carried);
        Assert.InRange(pair.Server.DatagramSize, least, carried == 0 ? Packet.LargestSize : carried);
        AssertHealthy(pair);
    }

    [Fact]
    public void The_longest_is_found_and_taken_with_the_portable_suite_too()
    {
        var pair = Create(Path(0), suite: CipherSuite.AesCtrHmac);
        Ping(pair, seconds: 30);
        Assert.Equal((Packet.LargestSize, Packet.LargestSize), (pair.Client.DatagramSize, pair.Server.DatagramSize));
        AssertHealthy(pair);
    }

    [Fact]
    public void Without_the_option_no_datagram_is_longer_than_1200_bytes()
    {
        var pair = new SimulatedPair(Path(0)) { OnSent = static (_, datagram) => Assert.InRange(datagram.Length, 1, Packet.MaxSize) };
        Ping(pair, seconds: 30);
        Assert.Equal(Packet.MaxSize, pair.Client.DatagramSize);
    }

    [Fact]
    public void Losses_by_chance_do_not_end_the_search_early()
    {
        var found = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var pair = Create(new NetworkConditions { Delay = TimeSpan.FromMilliseconds(10), Loss = 0.1 }, seed);
            Ping(pair, seconds: 30);
            found += pair.Client.DatagramSize >= Packet.LargestSize - 16 ? 1 : 0;
        }

        Assert.InRange(found, 19, 20);
    }

    [Fact]
    public void A_probe_that_is_too_long_does_not_narrow_the_congestion_window()
    {
        var pair = Create(Path(1200));
        Ping(pair, seconds: 30);
        Assert.Equal(0, pair.Client.PacketsLost);
    }

    [Fact]
    public void A_transfer_uses_the_length_that_was_found()
    {
        var pair = Create(Path(0));
        Ping(pair, seconds: 5);
        var before = pair.Client.PacketsSent;
        var received = Transfer(pair, 50);
        Assert.True(pair.RunUntil(() => received() == 50));

        // 58 units each: 12 packets of five; there would be 15 of four.
        Assert.InRange(pair.Client.PacketsSent - before, 1, 50 * 12);
    }

    /// <summary>A tunnel comes up on the way, which says nothing about what it drops.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public void A_path_that_becomes_narrower_in_a_transfer_costs_no_message(double loss)
    {
        var pair = Create(Path(0));
        Ping(pair, seconds: 5);
        Assert.Equal(Packet.LargestSize, pair.Client.DatagramSize);
        var received = Transfer(pair, 60);
        pair.Run(0.03);
        pair.ToServer.Conditions = pair.ToClient.Conditions = Path(1250, loss);
        Assert.True(pair.RunUntil(() => received() == 60, seconds: 10), pair.Describe());
        Assert.Equal(Packet.MaxSize, pair.Client.DatagramSize);
        AssertHealthy(pair);

        // It is tried again, and found.
        Ping(pair, seconds: 100);
        Assert.InRange(pair.Client.DatagramSize, Packet.MaxSize, 1250);
        pair.ToServer.Conditions = pair.ToClient.Conditions = Path(0);
        Ping(pair, seconds: 700);
        Assert.Equal(Packet.LargestSize, pair.Client.DatagramSize);
    }

    private static SimulatedPair Create(NetworkConditions conditions, int seed = 1, CipherSuite suite = CipherSuite.AesGcm) => new(
        conditions, seed, static options => options.MaxDatagramSize = Packet.LargestSize, suite)
    {
        OnServerMessage = static _ => { },
        OnClientMessage = static _ => { },
    };

    private static NetworkConditions Path(int carried, double loss = 0) => new() { Delay = TimeSpan.FromMilliseconds(10), MaxPacketSize = carried, Loss = loss };

    private static void Ping(SimulatedPair pair, double seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            Assert.True(pair.Send(pair.Client, new byte[10]));
            Assert.True(pair.Send(pair.Server, new byte[10]));
            pair.Run(1);
        }
    }

    private static Func<int> Transfer(SimulatedPair pair, int count)
    {
        var received = 0;
        pair.OnServerMessage = _ => received++;
        for (var i = 0; i < count; i++)
        {
            Assert.True(pair.Send(pair.Client, new byte[16_000]));
        }

        return () => received;
    }

    private static void AssertHealthy(SimulatedPair pair)
    {
        Assert.Null(pair.Client.Failure);
        Assert.Null(pair.Server.Failure);
    }
}
