using System.Globalization;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transport.Udp.Tests.Simulation;

namespace Rpc.Benchmarks.Network;

/// <summary>What the protocol does on a simulated network under a virtual clock: the same figures each time.</summary>
internal static class SimulatorTables
{
    public static readonly double[] Losses = [0, 0.01, 0.05, 0.1];

    public static void Latency(int calls)
    {
        MarkdownTable.Begin("p99 of a call (ms), 20 a second, 100 ms round trip, up to 4 ms of jitter each way: simulator", ["loss", .. Losses.Select(Percent)]);
        MarkdownTable.Row(["calls", .. Losses.Select(loss => Number(Scenarios.Percentile99(loss, isRedundant: false, calls)))]);
        MarkdownTable.Row(["redundant calls", .. Losses.Select(loss => Number(Scenarios.Percentile99(loss, isRedundant: true, calls)))]);
    }

    public static void Transfer()
    {
        MarkdownTable.Begin("A small call each 5 ms during a transfer of 1 MB at 100 Mbit/s (ms): simulator", "round trip, loss", "median", "p99");
        foreach (var (roundTrip, loss) in new[] { (20, 0.0), (20, 0.01), (50, 0.0), (50, 0.01), (100, 0.0), (100, 0.02) })
        {
            var (median, percentile, _) = Scenarios.CallsDuringTransfer(loss, roundTrip);
            MarkdownTable.Row($"{roundTrip} ms, {Percent(loss)}", Number(median), Number(percentile));
        }
    }

    public static void Goodput()
    {
        double[] losses = [0, 0.01, 0.02, 0.05];
        MarkdownTable.Begin("Payload of one flow on a link of 100 Mbit/s with a queue of one round trip, in 10 s from its start (Mbit/s): simulator", ["loss", .. losses.Select(Percent)]);
        foreach (var roundTrip in new[] { 20, 100 })
        {
            MarkdownTable.Row([$"{roundTrip} ms", .. losses.Select(loss => Number(Scenarios.Goodput(loss, roundTrip)))]);
            MarkdownTable.Row([$"{roundTrip} ms, default options", .. losses.Select(loss => Number(Scenarios.Goodput(loss, roundTrip, hasDefaults: true)))]);
            MarkdownTable.Row([$"{roundTrip} ms, NewReno", .. losses.Select(loss => Number(Scenarios.Goodput(loss, roundTrip, tolerance: 0)))]);
        }
    }

    public static void Fairness()
    {
        MarkdownTable.Begin("Two flows on a link of 100 Mbit/s, the second 5 s later, over 30 s after another 10 (Mbit/s): simulator", "flows", "round trip, loss, queue in round trips", "first", "second");
        foreach (var (roundTrip, loss, queue) in new[] { (20, 0.0, 1.0), (20, 0.0, 0.25), (20, 0.01, 1.0), (50, 0.0, 1.0), (100, 0.0, 1.0) })
        {
            Row("both this", roundTrip, loss, queue, CongestionController.Tolerance, CongestionController.Tolerance);
        }

        Row("both NewReno", 100, 0, 1, 0, 0);
        foreach (var (roundTrip, queue) in new[] { (20, 1.0), (20, 0.25), (100, 1.0) })
        {
            Row("NewReno, then this", roundTrip, 0, queue, 0, CongestionController.Tolerance);
        }

        static void Row(string flows, int roundTrip, double loss, double queue, double first, double second)
        {
            var shares = Scenarios.Fairness(loss, roundTrip, queue, first, second);
            MarkdownTable.Row(flows, $"{roundTrip} ms, {Percent(loss)}, {queue.ToString(CultureInfo.InvariantCulture)}", Number(shares[0]), Number(shares[1]));
        }
    }

    public static string Percent(double share) => $"{(share * 100).ToString("0.#", CultureInfo.InvariantCulture)} %";

    public static string Number(double value) => value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
