using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Architecture.Tests.Documentation;

/// <summary>A block of C# on a page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Line">The line of its first statement, from 1.</param>
/// <param name="Code">The code.</param>
/// <param name="Given">What its statements take as given, as parameters: the comment <c>&lt;!-- given: Type name, … --&gt;</c> above the block says so,
/// out of the reader's sight.</param>
internal sealed partial record CodeBlock(string Page, int Line, string Code, string Given = "")
{
    public string Name => $"{Page}({Line})";

    /// <summary>The blocks of a page that are marked as <c>csharp</c>.</summary>
    public static IEnumerable<CodeBlock> Of(string page, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!IsFence(lines[i]))
            {
                continue;
            }

            var start = i + 1;
            var end = Array.FindIndex(lines, start, IsFence);
            if (lines[i].Trim() == "```csharp")
            {
                yield return new CodeBlock(page, start + 1, string.Join('\n', lines[start..end]), GivenAbove(lines, i));
            }

            i = end;
        }
    }

    /// <summary>The files of the repository that a page's code builds upon: those of its comments <c>&lt;!-- with: path --&gt;</c>.</summary>
    public static IEnumerable<string> FilesBelow(string text) => WithComment().Matches(text.ReplaceLineEndings("\n")).Select(static comment => comment.Groups[1].Value);

    /// <summary>What stands behind the opening fence of each block of a page.</summary>
    public static IEnumerable<string> LanguagesOf(string text) =>
        text.ReplaceLineEndings("\n").Split('\n').Where(IsFence).Where(static (_, index) => index % 2 == 0).Select(static line => line.Trim()[3..]);

    /// <summary>The block as a file beside the others of its page: its statements become a method, its types stay what they are.</summary>
    public SyntaxTree ToTree(CSharpParseOptions options)
    {
        var root = CSharpSyntaxTree.ParseText(Code, options).GetCompilationUnitRoot();
        var statements = root.Members.OfType<GlobalStatementSyntax>().ToList();
        if (statements.Count == 0)
        {
            return CSharpSyntaxTree.ParseText(Code, options, Name);
        }

        var types = root.Members.Where(static member => member is not GlobalStatementSyntax);
        var text = $$"""
            {{root.Usings.ToFullString()}}
            internal static class {{NotOfNames().Replace(Name, "_")}}
            {
                public static async System.Threading.Tasks.Task RunAsync({{Given}})
                {
                    await System.Threading.Tasks.Task.Yield();
            {{string.Concat(statements.Select(static statement => statement.ToFullString()))}}
                }
            }
            {{string.Concat(types.Select(static type => type.ToFullString()))}}
            """;
        return CSharpSyntaxTree.ParseText(text, options, Name);
    }

    private static bool IsFence(string line) => line.TrimStart().StartsWith("```", StringComparison.Ordinal);

    private static string GivenAbove(string[] lines, int fence)
    {
        var above = fence - 1;
        while (above >= 0 && lines[above].Trim().Length == 0)
        {
            above--;
        }

        return above >= 0 && GivenComment().Match(lines[above]) is { Success: true } comment ? comment.Groups[1].Value : "";
    }

    [GeneratedRegex("^<!-- given: (.*) -->$")]
    private static partial Regex GivenComment();

    [GeneratedRegex("^<!-- with: (.*) -->$", RegexOptions.Multiline)]
    private static partial Regex WithComment();

    [GeneratedRegex("[^A-Za-z0-9]")]
    private static partial Regex NotOfNames();
}
