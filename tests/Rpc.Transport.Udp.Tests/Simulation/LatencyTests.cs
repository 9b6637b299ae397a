using System.Buffers.Binary;
using Rpc.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Rpc.Transport.Udp.Tests.Simulation;

public sealed class LatencyTests(ITestOutputHelper output)
{
    /// <summary>20 calls a second, 100 ms round trip, about 4 ms of jitter: the 99th percentile of a call's time.</summary>
    [Theory]
    [InlineData(0.00, false, 118)]
    [InlineData(0.01, false, 235)]
    [InlineData(0.05, false, 239)]
    [InlineData(0.10, false, 415)]
    [InlineData(0.00, true, 118)]
    [InlineData(0.01, true, 131)]
    [InlineData(0.05, true, 134)]
    [InlineData(0.10, true, 237)]
    public void The_slowest_calls_wait_for_little_more_than_one_round_trip(double loss, bool isRedundant, int limit)
    {
        var percentile = Percentile99(loss, isRedundant, calls: 6_000);
        output.WriteLine($"{loss:p0} loss, redundant {isRedundant}: {percentile:f0} ms");
        Assert.InRange(percentile, 100, limit);
    }

    /// <summary>A small call does not wait for the bytes of a large one.</summary>
    [Fact]
    public void Small_calls_during_a_transfer_of_a_megabyte_wait_for_the_link_alone()
    {
        var conditions = new NetworkConditions { Delay = TimeSpan.FromMilliseconds(25), BytesPerSecond = 12_500_000, QueueSize = 128 * 1024, Loss = 0.01 };
        var pair = new SimulatedPair(conditions, seed: 4);
        var times = new List<double>();
        var sentAt = new Dictionary<int, long>();
        var large = 0;
        pair.OnServerMessage = message =>
        {
            if (message.Length > 1000)
            {
                large++;
            }
            else
            {
                pair.Send(pair.Server, message);
            }
        };
        pair.OnClientMessage = message => times.Add((pair.Now - sentAt[BinaryPrimitives.ReadInt32LittleEndian(message)]) / 1000.0);
        for (var i = 0; i < 16; i++)
        {
            Assert.True(pair.Send(pair.Client, new byte[60_000]));
        }

        var call = new byte[32];
        for (var i = 0; large < 16; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(call, i);
            sentAt.Add(i, pair.Now);
            pair.Send(pair.Client, call);
            pair.Run(0.005);
        }

        pair.RunUntil(() => times.Count == sentAt.Count);
        times.Sort();
        output.WriteLine($"{times.Count} calls: median {times[times.Count / 2]:f1} ms, p99 {times[times.Count * 99 / 100]:f1} ms");
        Assert.True(times.Count > 20);
        Assert.InRange(times[times.Count * 99 / 100], 50, 150);
    }

    [Theory]
    [InlineData(0.00, 20, 70)]
    [InlineData(0.00, 100, 30)]
    [InlineData(0.01, 20, 2)]
    [InlineData(0.02, 100, 0.2)]
    [InlineData(0.05, 20, 0.5)]
    public void Bulk_goodput_on_a_link_of_100_Mbit_per_second_is_what_the_congestion_control_permits(double loss, int roundTrip, double least)
    {
        var conditions = new NetworkConditions
        {
            Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0),
            BytesPerSecond = 12_500_000,
            QueueSize = 12_500 * roundTrip,
            Loss = loss,
        };
        var pair = new SimulatedPair(conditions, seed: 5, static options => (options.SendQueueSize, options.ReceiveWindow, options.PeerWindow) = (8 << 20, 8 << 20, 8 << 20));
        var received = 0L;
        pair.OnServerMessage = message => received += message.Length;
        var payload = new byte[16_000];
        for (var i = 0; i < 2_000; i++)
        {
            while (pair.Send(pair.Client, payload))
            {
            }

            pair.Run(0.005);
        }

        var goodput = received * 8 / 10.0 / 1e6;
        output.WriteLine($"{loss:p0} loss, {roundTrip} ms: {goodput:f1} Mbit/s");
        Assert.InRange(goodput, least, 100);
    }

    private static double Percentile99(double loss, bool isRedundant, int calls)
    {
        var conditions = new NetworkConditions { Delay = TimeSpan.FromMilliseconds(50), Jitter = TimeSpan.FromMilliseconds(4), Loss = loss };
        var pair = new SimulatedPair(conditions, seed: 21);
        var sentAt = new long[calls];
        var times = new List<double>();
        pair.OnServerMessage = message => pair.Send(pair.Server, message, isRedundant: isRedundant);
        pair.OnClientMessage = message => times.Add((pair.Now - sentAt[BinaryPrimitives.ReadInt32LittleEndian(message)]) / 1000.0);
        var call = new byte[32];
        for (var i = 0; i < calls; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(call, i);
            sentAt[i] = pair.Now;
            pair.Send(pair.Client, call, isRedundant: isRedundant);
            pair.Run(0.05);
        }

        Assert.True(pair.RunUntil(() => times.Count == calls));
        times.Sort();
        return times[calls * 99 / 100];
    }
}
