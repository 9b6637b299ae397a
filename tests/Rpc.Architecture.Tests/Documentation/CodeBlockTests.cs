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

    /// <summary>What the index of the pages says that their code leaves out.</summary>
    private const string ReferenceUsings = """
        global using System.Net;
        global using System.Runtime.CompilerServices;
        global using System.Security.Claims;
        global using System.Security.Cryptography.X509Certificates;
        global using System.Threading.RateLimiting;
        global using Microsoft.AspNetCore.Http;
        global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        global using Rpc;
        global using Rpc.Client;
        global using Rpc.Server;
        global using Rpc.Testing;
        global using Rpc.Transport.Tcp;
        global using Rpc.Transport.Udp;
        global using Rpc.Transport.WebSockets;
        """;

    private static readonly CSharpParseOptions s_options = new(LanguageVersion.Latest, preprocessorSymbols: ["NET", "NET8_0_OR_GREATER", "NET10_0_OR_GREATER"]);

    /// <summary>The pages that can be followed from nothing: their code is complete, usings and all.</summary>
    public static TheoryData<string> Tutorials => ["README.md", "docs/getting-started.md"];

    /// <summary>All others that have code. The diagnostics' pages, whose blocks are marked as bad or good, are tested with the analyzers.</summary>
    public static TheoryData<string> References =>
    [
        .. Repository.Files("docs", "*.md").Where(static page => page != "docs/getting-started.md" && CodeBlock.Of(page, Repository.Read(page)).Any()),
    ];

    [Theory]
    [MemberData(nameof(Tutorials))]
    public void The_code_of_a_tutorial_compiles_as_it_stands(string page)
    {
        var blocks = CodeBlock.Of(page, Repository.Read(page)).ToList();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, static block => Assert.Empty(block.Given));

        Assert.Equal("", Errors(blocks.Select(static block => block.ToTree(s_options))));
    }

    [Theory]
    [MemberData(nameof(References))]
    public void The_code_of_a_page_compiles_with_the_contracts_of_the_readme(string page)
    {
        var text = Repository.Read(page);
        var trees = CodeBlock.Of(page, text).Concat(CodeBlock.Of("README.md", Repository.Read("README.md")))
            .Select(static block => block.ToTree(s_options))
            .Concat(CodeBlock.FilesBelow(text).Select(static file => CSharpSyntaxTree.ParseText(Repository.Read(file), s_options, file)))
            .Append(CSharpSyntaxTree.ParseText(ReferenceUsings, s_options));

        Assert.Equal("", Errors(trees));
    }

    [Fact]
    public void No_block_of_code_is_marked_so_that_it_is_not_compiled()
    {
        foreach (var page in Repository.Files("docs", "*.md").Append("README.md").Append("CHANGELOG.md"))
        {
            var allowed = page.StartsWith("docs/diagnostics/", StringComparison.Ordinal) ? "csharp (bad|good|library).*|" : "csharp|";
            Assert.All(CodeBlock.LanguagesOf(Repository.Read(page)), language => Assert.Matches($"^({allowed}xml|json|)$", language));
        }
    }

    [Fact]
    public void A_block_that_does_not_compile_is_told()
    {
        var block = new CodeBlock("sample.md", 1, "await NoSuch.ThingAsync();");

        Assert.Contains("NoSuch", Errors([block.ToTree(s_options)]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_has_what_the_comment_above_it_gives()
    {
        var block = Assert.Single(CodeBlock.Of("sample.md", "Text.\n\n<!-- given: string name -->\n```csharp\nConsole.WriteLine(name.Length);\n```\n"));

        Assert.Equal(5, block.Line);
        Assert.Equal("string name", block.Given);
        Assert.Equal("", Errors([block.ToTree(s_options)]));
    }

    private static string Errors(IEnumerable<SyntaxTree> trees)
    {
        var compilation = CSharpCompilation.Create(
            "Page",
            trees.Append(CSharpSyntaxTree.ParseText(ImplicitUsings, s_options)),
            [.. Sources.References.Platform, .. Sources.References.Product],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable,
                // As the SDK's own list: the libraries reference older versions of the platform's assemblies.
                specificDiagnosticOptions: [KeyValuePair.Create("CS1701", ReportDiagnostic.Suppress), KeyValuePair.Create("CS1702", ReportDiagnostic.Suppress)]));
        CSharpGeneratorDriver.Create([new RpcGenerator().AsSourceGenerator()], parseOptions: s_options)
            .RunGeneratorsAndUpdateCompilation(compilation, out var generated, out var diagnostics);
        return string.Join('\n', generated.GetDiagnostics().Concat(diagnostics)
            .Where(static diagnostic => diagnostic.Severity is DiagnosticSeverity.Error or DiagnosticSeverity.Warning));
    }
}
