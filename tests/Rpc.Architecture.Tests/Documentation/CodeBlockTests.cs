using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Architecture.Tests.Sources;
using Rpc.Generator;
using Xunit;

namespace Rpc.Architecture.Tests.Documentation;

/// <summary>What a page shows compiles: the blocks of one page are one project that references the packages.</summary>
public sealed class CodeBlockTests
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest, preprocessorSymbols: ["NET", "NET8_0_OR_GREATER", "NET10_0_OR_GREATER"]);

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/getting-started.md")]
    public void The_code_of_a_page_compiles(string page)
    {
        var blocks = CodeBlock.Of(page, Repository.Read(page)).ToList();
        Assert.NotEmpty(blocks);

        Assert.Empty(Errors(blocks.Select(static block => block.ToTree(s_options))));
    }

    [Fact]
    public void A_block_that_does_not_compile_is_told()
    {
        var block = new CodeBlock("sample.md", 1, "await NoSuch.ThingAsync();");

        Assert.Contains("NoSuch", Assert.Single(Errors([block.ToTree(s_options)])), StringComparison.Ordinal);
    }

    private static List<string> Errors(IEnumerable<SyntaxTree> trees)
    {
        var compilation = CSharpCompilation.Create(
            "Page",
            trees.Append(CSharpSyntaxTree.ParseText(ImplicitUsings, s_options)),
            [.. References.Platform, .. References.Product],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable,
                // As the SDK's own list: the libraries reference older versions of the platform's assemblies.
                specificDiagnosticOptions: [KeyValuePair.Create("CS1701", ReportDiagnostic.Suppress), KeyValuePair.Create("CS1702", ReportDiagnostic.Suppress)]));
        CSharpGeneratorDriver.Create([new RpcGenerator().AsSourceGenerator()], parseOptions: s_options)
            .RunGeneratorsAndUpdateCompilation(compilation, out var generated, out var diagnostics);
        return [.. generated.GetDiagnostics().Concat(diagnostics)
            .Where(static diagnostic => diagnostic.Severity is DiagnosticSeverity.Error or DiagnosticSeverity.Warning)
            .Select(static diagnostic => diagnostic.ToString())];
    }
}
