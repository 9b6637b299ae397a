using System.Globalization;
using System.Text;
using Rpc.Benchmarks.Load.Reporting;

namespace Rpc.Benchmarks.Load;

/// <summary>One workload at several sizes, to see how its cost grows.</summary>
/// <param name="Name">What grows.</param>
/// <param name="Workload">The workload.</param>
/// <param name="Option">The client's option that grows.</param>
/// <param name="Sizes">Its values.</param>
internal sealed record Sweep(string Name, string Workload, string Option, int[] Sizes)
{
    public static readonly IReadOnlyList<Sweep> All =
    [
        new("calls in flight", "pipelined", "--callers", [1, 4, 16, 64, 256, 1024, 4096]),
        new("connections of 16 callers", "fanin", "--connections", [1, 10, 100, 1000, 5000]),
        new("bytes of payload", "echo64k", "--size", [16, 256, 4096, 65_536, 1_048_576, 16_777_216]),
        new("members of a group", "broadcast", "--connections", [10, 100, 1000, 10_000]),
    ];

    /// <summary>Runs it and prints a table: the figure at each size, and the exponent of its growth since the size before (1: in proportion, 0: not at all).</summary>
    public async Task<string> RunAsync(IReadOnlyList<string> clientArguments, string transport)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {Name} | {Workload} | unit | exponent |");
        text.AppendLine("|---|---|---|---|");
        (int Size, double Value)? previous = null;
        foreach (var size in Sizes)
        {
            var runner = new Runner([.. clientArguments, Option, size.ToString(CultureInfo.InvariantCulture)], repeat: 1, targets: ["rpc"]);
            if ((await runner.RunAsync([Workload], [transport])).FirstOrDefault() is not { } result)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {size:#,0} | – | – | – |");
                continue;
            }

            var exponent = previous is { } last ? Math.Log(result.Value / last.Value) / Math.Log((double)size / last.Size) : double.NaN;
            text.AppendLine(CultureInfo.InvariantCulture, $"| {size:#,0} | {result.Value:#,0} | {result.Unit} | {(double.IsNaN(exponent) ? "–" : exponent.ToString("0.00", CultureInfo.InvariantCulture))} |");
            previous = (size, result.Value);
        }

        return text.ToString();
    }
}
