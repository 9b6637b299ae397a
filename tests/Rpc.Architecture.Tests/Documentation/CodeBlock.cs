using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Architecture.Tests.Documentation;

/// <summary>A block of C# on a page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Line">The line of its first statement, from 1.</param>
/// <param name="Code">The code.</param>
internal sealed record CodeBlock(string Page, int Line, string Code)
{
    public string Name => $"{Page}({Line})";

    /// <summary>The blocks of a page that are marked as <c>csharp</c>.</summary>
    public static IEnumerable<CodeBlock> Of(string page, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var start = -1;
        for (var i = 0; i < lines.Length; i++)
        {
            if (start < 0)
            {
                start = lines[i].Trim() == "```csharp" ? i + 1 : -1;
            }
            else if (lines[i].Trim() == "```")
            {
                yield return new CodeBlock(page, start + 1, string.Join('\n', lines[start..i]));
                start = -1;
            }
        }
    }

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
            internal static class Block{{Line}}
            {
                public static async System.Threading.Tasks.Task RunAsync(string[] args)
                {
                    await System.Threading.Tasks.Task.Yield();
            {{string.Concat(statements.Select(static statement => statement.ToFullString()))}}
                }
            }
            {{string.Concat(types.Select(static type => type.ToFullString()))}}
            """;
        return CSharpSyntaxTree.ParseText(text, options, Name);
    }
}
