using System.Diagnostics;
using System.Net;
using Rpc.Client;
using Rpc.Server;
using Rpc.Testing;

namespace Rpc.Benchmarks.Network;

/// <summary>The same over real sockets of the loopback, with a relay between them that loses and delays; TCP beside it.</summary>
internal static class RelayTables
{
    private const int Connections = 40;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    public static async Task LatencyAsync(double seconds)
    {
        MarkdownTable.Begin(
            $"p99 of a call (ms), 20 a second on each of {Connections} connections, 100 ms round trip, up to 4 ms of jitter each way: relay",
            ["loss", .. SimulatorTables.Losses.Select(SimulatorTables.Percent)]);
        foreach (var isRedundant in new[] { false, true })
        {
            var cells = new List<string> { isRedundant ? "redundant calls" : "calls" };
            foreach (var loss in SimulatorTables.Losses)
            {
                var conditions = new NetworkConditions { Delay = TimeSpan.FromMilliseconds(50), Jitter = TimeSpan.FromMilliseconds(4), Loss = loss };
                await using var path = await NetworkPath.UdpAsync(conditions);
                cells.Add(SimulatorTables.Number(await PercentileAsync(path, isRedundant, seconds)));
            }

            MarkdownTable.Row([.. cells]);
        }

        await using var tcp = await NetworkPath.TcpAsync(new NetworkConditions { Delay = TimeSpan.FromMilliseconds(50), Jitter = TimeSpan.FromMilliseconds(4) });
        MarkdownTable.Row(["TCP, calls", SimulatorTables.Number(await PercentileAsync(tcp, isRedundant: false, seconds)), .. SimulatorTables.Losses.Skip(1).Select(static _ => "–")]);
    }

    public static async Task TransferAsync()
    {
        MarkdownTable.Begin("A small call each 5 ms during downloads of 1 MB at 100 Mbit/s, 20 of them (ms): relay", "transport, round trip, loss", "median", "p99", "a download");
        foreach (var (roundTrip, loss) in new[] { (20, 0.0), (20, 0.01), (50, 0.0), (50, 0.01) })
        {
            await using var udp = await NetworkPath.UdpAsync(Link(roundTrip, loss));
            await RowAsync($"UDP, {roundTrip} ms, {SimulatorTables.Percent(loss)}", udp);
            if (loss == 0)
            {
                await using var tcp = await NetworkPath.TcpAsync(Link(roundTrip, loss));
                await RowAsync($"TCP, {roundTrip} ms, {SimulatorTables.Percent(loss)}", tcp);
            }
        }

        static NetworkConditions Link(int roundTrip, double loss) =>
            new() { Delay = TimeSpan.FromMilliseconds(roundTrip / 2.0), BytesPerSecond = 12_500_000, QueueSize = 128 * 1024, Loss = loss };

        static async Task RowAsync(string name, NetworkPath path)
        {
            var (median, percentile, download) = await DuringTransferAsync(path);
            MarkdownTable.Row(name, SimulatorTables.Number(median), SimulatorTables.Number(percentile), SimulatorTables.Number(download));
        }
    }

    private static async Task<double> PercentileAsync(NetworkPath path, bool isRedundant, double seconds)
    {
        var times = new List<double>[Connections];
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async i =>
        {
            await using var client = await path.ConnectAsync();
            var probe = client.GetProxy<IProbe>();
            await probe.Call(0);
            await Task.Delay(i * s_interval / Connections);
            times[i] = await CallAsync(probe, isRedundant, s_interval, (int)(seconds / s_interval.TotalSeconds));
        }));
        return At([.. times.SelectMany(static each => each)], 0.99);
    }

    private static async Task<(double Median, double Percentile, double Download)> DuringTransferAsync(NetworkPath path)
    {
        await using var client = await path.ConnectAsync();
        var probe = client.GetProxy<IProbe>();
        await probe.Call(0);
        var downloads = new List<double>();
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var download = probe.Download(1_000_000).AsTask();
            var calls = new List<Task<double>>();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (!download.IsCompleted)
            {
                calls.Add(TimeAsync(probe, isRedundant: false, calls.Count));
                await timer.WaitForNextTickAsync();
            }

            await download;
            downloads.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            times.AddRange(await Task.WhenAll(calls));
        }

        return (At(times, 0.5), At(times, 0.99), At(downloads, 0.5));
    }

    // A call does not wait for the one before.
    private static async Task<List<double>> CallAsync(IProbe probe, bool isRedundant, TimeSpan interval, int count)
    {
        using var timer = new PeriodicTimer(interval);
        var calls = new List<Task<double>>();
        for (var i = 0; i < count; i++)
        {
            calls.Add(TimeAsync(probe, isRedundant, i));
            await timer.WaitForNextTickAsync();
        }

        return [.. await Task.WhenAll(calls)];
    }

    private static async Task<double> TimeAsync(IProbe probe, bool isRedundant, int number)
    {
        var started = Stopwatch.GetTimestamp();
        await (isRedundant ? probe.CallRedundantly(number) : probe.Call(number));
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double At(List<double> times, double fraction)
    {
        times.Sort();
        return times[(int)(times.Count * fraction)];
    }
}
