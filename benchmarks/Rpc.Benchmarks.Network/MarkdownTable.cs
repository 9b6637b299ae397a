namespace Rpc.Benchmarks.Network;

/// <summary>A table, row by row, as its figures come.</summary>
internal static class MarkdownTable
{
    public static void Begin(string title, params string[] columns)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine();
        Row(columns);
        Console.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", columns.Length)));
    }

    public static void Row(params string[] cells) => Console.WriteLine("| " + string.Join(" | ", cells) + " |");
}
