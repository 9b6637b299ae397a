using System.Buffers.Binary;
using Rpc.Testing;
using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp.Tests.Simulation;

/// <summary>What is measured over the simulated network, under a clock that jumps: by the tests, and by the benchmark that prints the tables.</summary>
internal static class Scenarios
{
    private const long LinkRate = 12_500_000;

    /// <summary>20 calls a second, 100 ms round trip, up to 4 ms of jitter each way: the 99th percentile of a call's time (ms).</summary>
    internal static double Percentile99(double loss, bool isRedundant, int calls)
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

        return pair.RunUntil(() => times.Count == calls) ? At(times, 0.99) : double.PositiveInfinity;
    }

    /// <summary>A small call every 5 ms while a megabyte travels the same way at 100 Mbit/s: median and 99th percentile of the calls' times (ms).</summary>
    internal static (double Median, double Percentile99, int Calls) CallsDuringTransfer(double loss, int roundTrip)
    {
        var conditions = new NetworkConditions { Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0), BytesPerSecond = LinkRate, QueueSize = 128 * 1024, Loss = loss };
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
        for (var i = 0; i < 60; i++)
        {
            pair.Send(pair.Client, new byte[16_000]);
        }

        var call = new byte[32];
        for (var i = 0; large < 60; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(call, i);
            sentAt.Add(i, pair.Now);
            pair.Send(pair.Client, call);
            pair.Run(0.005);
        }

        pair.RunUntil(() => times.Count == sentAt.Count);
        return (At(times, 0.5), At(times, 0.99), times.Count);
    }

    /// <summary>Megabits a second of payload that one flow brings over a link of 100 Mbit/s with a queue of one round trip.</summary>
    internal static double Goodput(double loss, int roundTrip, double seconds = 10, double tolerance = CongestionController.Tolerance, bool hasDefaults = false)
    {
        var flows = new SimulatedFlows(Link(loss, roundTrip, queueInRoundTrips: 1), seed: 5);
        flows.Add(tolerance, hasDefaults);
        return flows.Run(seconds)[0];
    }

    /// <summary>What two flows get of such a link when the second starts later.</summary>
    internal static double[] Fairness(double loss, int roundTrip, double queueInRoundTrips, double firstTolerance, double secondTolerance)
    {
        var flows = new SimulatedFlows(Link(loss, roundTrip, queueInRoundTrips), seed: 6);
        flows.Add(firstTolerance);
        flows.Run(5);
        flows.Add(secondTolerance);
        flows.Run(10);
        return flows.Run(30);
    }

    private static NetworkConditions Link(double loss, int roundTrip, double queueInRoundTrips) => new()
    {
        Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0),
        BytesPerSecond = LinkRate,
        QueueSize = (int)(LinkRate / 1000 * roundTrip * queueInRoundTrips),
        Loss = loss,
    };

    private static double At(List<double> times, double fraction)
    {
        times.Sort();
        return times[(int)(times.Count * fraction)];
    }
}
