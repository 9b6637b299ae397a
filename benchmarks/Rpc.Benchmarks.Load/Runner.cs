using System.Diagnostics;
using Rpc.Benchmarks.Load.Reporting;

namespace Rpc.Benchmarks.Load;

/// <summary>Runs workloads one after another, framework and raw in turn, each in a pair of fresh processes.</summary>
internal sealed class Runner(IReadOnlyList<string> clientArguments, int repeat, string[]? targets = null)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public async Task<IReadOnlyList<Result>> RunAsync(IEnumerable<string> workloads, IEnumerable<string> transports)
    {
        var medians = new List<Result>();
        foreach (var transport in transports)
        {
            foreach (var workload in workloads)
            {
                var runs = new List<Result>();
                for (var i = 0; i < repeat; i++)
                {
                    foreach (var target in targets ?? ["raw", "rpc"])
                    {
                        if (await RunOnceAsync(workload, transport, target) is { } result)
                        {
                            Console.WriteLine(ResultJson.Write(result));
                            runs.Add(result);
                        }
                    }
                }

                medians.AddRange(runs.GroupBy(static run => run.Target).Select(Table.Median));
            }
        }

        return medians;
    }

    private async Task<Result?> RunOnceAsync(string workload, string transport, string target)
    {
        using var server = Start(["server", "--target", target, "--transport", transport]);
        try
        {
            var address = await server.StandardOutput.ReadLineAsync().WaitAsync(s_limit) ?? throw new InvalidOperationException("The server did not start.");
            using var client = Start(["client", workload, "--target", target, "--address", address, .. clientArguments]);
            try
            {
                var line = await client.StandardOutput.ReadLineAsync().WaitAsync(s_limit);
                await client.WaitForExitAsync().WaitAsync(s_limit);
                return string.IsNullOrEmpty(line) ? null : ResultJson.Read(line);
            }
            finally
            {
                Stop(client);
            }
        }
        finally
        {
            Stop(server);
        }
    }

    private static Process Start(IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Rpc.Benchmarks.Load"), arguments) { RedirectStandardOutput = true, UseShellExecute = false })
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
