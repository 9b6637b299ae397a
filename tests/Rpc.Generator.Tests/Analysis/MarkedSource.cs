using System.Text.RegularExpressions;
using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Analysis;

/// <summary>Source in which <c>{|RPC0001:…|}</c> marks the exact place of a finding.</summary>
internal static partial class MarkedSource
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using System.Threading.Tasks;
        using Rpc;

        """;

    /// <summary>Checks that the analyzers find what is marked, there and nowhere else.</summary>
    /// <returns>The messages in the order of their places.</returns>
    public static async Task<string[]> CheckAsync(string marked)
    {
        var (source, expected) = Parse(Usings + marked);
        var compilation = Target.Net10.Compile(source);
        compilation = compilation.WithOptions(compilation.Options.WithGeneralDiagnosticOption(Microsoft.CodeAnalysis.ReportDiagnostic.Default));
        var found = await Analyzed.FindAsync(compilation);
        Assert.Equal(
            expected.OrderBy(static e => e.Start).ThenBy(static e => e.Id).Select(e => $"{e.Id}: {source[e.Start..e.End]} at {e.Start}"),
            found.OrderBy(static d => d.Location.SourceSpan.Start).ThenBy(static d => d.Id).Select(d => $"{d.Id}: {source[d.Location.SourceSpan.Start..d.Location.SourceSpan.End]} at {d.Location.SourceSpan.Start}"));

        // Whatever is wrong, the generator neither fails nor writes code that does not compile.
        var generated = Generated.From(compilation);
        Assert.Null(generated.Result.Exception);
        Assert.Empty(generated.Output.GetDiagnostics()
            .Where(static d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error && d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true));
        return [.. found.Select(static d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];
    }

    private static (string Source, List<(string Id, int Start, int End)> Expected) Parse(string marked)
    {
        var expected = new List<(string, int, int)>();
        for (var match = Mark().Match(marked); match.Success; match = Mark().Match(marked))
        {
            var content = match.Groups["content"];
            expected.Add((match.Groups["id"].Value, match.Index, match.Index + content.Length));
            marked = marked.Remove(match.Index, match.Length).Insert(match.Index, content.Value);
        }

        return (marked, expected);
    }

    [GeneratedRegex(@"\{\|(?<id>RPC\d+):(?<content>((?!\{\|).)*?)\|\}", RegexOptions.Singleline)]
    private static partial Regex Mark();
}
