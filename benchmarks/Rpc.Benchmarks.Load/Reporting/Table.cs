using System.Globalization;
using System.Text;

namespace Rpc.Benchmarks.Load.Reporting;

/// <summary>Prints results for people, as a Markdown table.</summary>
internal static class Table
{
    public static string Of(IReadOnlyList<Result> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| workload | transport | rpc | raw | ratio | p50 / p95 / p99 us | bytes a call, client / server | processor us a call, client / server | on the wire a call | goal (tcp) | verdict |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var group in results.GroupBy(static result => (result.Workload, result.Transport)))
        {
            var rpc = group.FirstOrDefault(static result => result.Target == "rpc");
            var raw = group.FirstOrDefault(static result => result.Target == "raw");
            if (rpc is null)
            {
                continue;
            }

            var goal = group.Key.Transport == "tcp" ? Goal.Of(group.Key.Workload) : null;
            var cells = new[]
            {
                group.Key.Workload + (rpc.Note is null ? string.Empty : $" ({rpc.Note})"),
                group.Key.Transport,
                $"{Number(rpc.Value)} {rpc.Unit}",
                raw is null ? "–" : Number(raw.Value),
                raw is null ? "–" : (rpc.Value / raw.Value).ToString("0.00", CultureInfo.InvariantCulture),
                rpc.P50 is null ? "–" : Latency(rpc) + (raw is null ? string.Empty : $" (raw {Latency(raw)})"),
                rpc.ClientBytes is null ? "–" : $"{Number(rpc.ClientBytes.Value)} / {(rpc.ServerBytes is { } server ? Number(server) : "–")}",
                rpc.ClientProcessor is null ? "–" : $"{Number(rpc.ClientProcessor.Value)} / {Number(rpc.ServerProcessor ?? 0)}",
                rpc.WireBytes is null ? "–" : $"{Number(rpc.WireBytes.Value)} bytes, {Number(rpc.Datagrams ?? 0)} datagrams",
                goal?.Text ?? "–",
                goal is null ? "–" : goal.Met(rpc, raw) ? "met" : "missed",
            };
            text.AppendLine("| " + string.Join(" | ", cells) + " |");
        }

        return text.ToString();
    }

    /// <summary>The run with the median value.</summary>
    public static Result Median(IEnumerable<Result> runs)
    {
        var sorted = runs.OrderBy(static run => run.Value).ToArray();
        return sorted[sorted.Length / 2];
    }

    private static string Latency(Result result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.P50:0.0} / {result.P95:0.0} / {result.P99:0.0}");

    private static string Number(double value) => value.ToString(value < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture);
}
