using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rpc.Benchmarks.Load.Reporting;
using Rpc.Benchmarks.Load.Typed;
using Rpc.Client;

namespace Rpc.Benchmarks.Load.Attacks;

/// <summary>Measures a well-behaved connection while others are not: server, attacker and victim in a process each.</summary>
internal sealed class AttackBench(double seconds, int rounds, string? attackerCores, IReadOnlyCollection<string>? only)
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Rpc.Benchmarks.Load");

    internal async Task<string> RunAsync()
    {
        var table = new StringBuilder("| attack | done | idle p50 µs | p50 | × | idle p99 µs | p99 | × | server, MB |\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (var attack in Attack.All.Where(attack => only is null || only.Contains(attack.Name)))
        {
            var row = await RunAsync(attack);
            Console.WriteLine(row);
            table.AppendLine(row);
        }

        return table.ToString();
    }

    private async Task<string> RunAsync(Attack attack)
    {
        // A server of its own for each, so that none inherits what another has left.
        using var server = Start(s_program, ["server", "--transport", attack.Transport]);
        try
        {
            var address = new Uri((await server.StandardOutput.ReadLineAsync())!);
            await using var client = await RpcClient.ConnectAsync(address, options => UdpSecurity.Use(options, address));
            var bench = client.GetProxy<IBench>();
            await MeasureAsync(bench, 2, server);
            var idle = new List<(double Median, double Percentile99, long Memory)>();
            var attacked = new List<(double Median, double Percentile99, long Memory)>();
            var done = 0L;
            for (var round = 0; round < rounds; round++)
            {
                // In turn, so that what else the machine does meets both alike.
                idle.Add(await MeasureAsync(bench, seconds, server));
                done += await AttackAsync(attack, address.Port, async () => attacked.Add(await MeasureAsync(bench, seconds, server)));
            }

            var (median, attackedMedian) = (MedianOf(idle, static run => run.Median), MedianOf(attacked, static run => run.Median));
            var (tail, attackedTail) = (MedianOf(idle, static run => run.Percentile99), MedianOf(attacked, static run => run.Percentile99));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {attack.Name} | {done / rounds} {attack.Unit} | {median:f0} | {attackedMedian:f0} | {attackedMedian / median:f2} | {tail:f0} | {attackedTail:f0} | {attackedTail / tail:f2} | {attacked.Max(static run => run.Memory) / 1e6:f0} |");
        }
        finally
        {
            Stop(server);
        }
    }

    // The attacker goes on until the measurement is over.
    private async Task<long> AttackAsync(Attack attack, int port, Func<Task> measure)
    {
        string[] arguments = ["attack-client", attack.Name, "--port", port.ToString(CultureInfo.InvariantCulture), "--seconds", (seconds + 2).ToString(CultureInfo.InvariantCulture)];
        using var attacker = attackerCores is null ? Start(s_program, arguments) : Start("taskset", ["-c", attackerCores, s_program, .. arguments]);
        try
        {
            await Task.Delay(1000);
            await measure();
            var line = await attacker.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
            return long.Parse(line ?? throw new InvalidOperationException("The attacker failed."), CultureInfo.InvariantCulture);
        }
        finally
        {
            Stop(attacker);
        }
    }

    private static double MedianOf<T>(List<T> runs, Func<T, double> value) => runs.Select(value).Order().ElementAt(runs.Count / 2);

    // One call after another, as an interactive client makes them.
    private static async Task<(double Median, double Percentile99, long Memory)> MeasureAsync(IBench bench, double seconds, Process server)
    {
        var latencies = new Latencies();
        var end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency);
        var look = 0L;
        var memory = 0L;
        for (var start = Stopwatch.GetTimestamp(); start < end; start = Stopwatch.GetTimestamp())
        {
            await bench.Add(1, 2);
            latencies.Add(Stopwatch.GetTimestamp() - start);
            if (start >= look)
            {
                look = start + (Stopwatch.Frequency / 10);
                server.Refresh();
                memory = Math.Max(memory, server.WorkingSet64);
            }
        }

        return (latencies.At(0.5), latencies.At(0.99), memory);
    }

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })
        ?? throw new InvalidOperationException("A process could not be started.");

    private static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
