using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Generator.Analysis;
using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.Docs;

public sealed class DiagnosticPageTests
{
    private const string Usings = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using Rpc;

        """;

    public static TheoryData<string> Ids => [.. DiagnosticPage.Ids];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_bad_block_of_a_page_has_this_diagnostic_alone(string id)
    {
        var page = DiagnosticPage.Read(id);
        var compilation = Compile(page, page.Bad, page.LanguageVersion);

        var found = await Analyzed.FindAsync(compilation);

        Assert.NotEmpty(found);
        Assert.All(found, diagnostic => Assert.Equal(id, diagnostic.Id));
        Assert.Empty(compilation.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error));
        Assert.Null(Generated.From(compilation).Result.Exception);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_good_block_of_a_page_has_no_diagnostic_and_generates_code_that_compiles(string id)
    {
        var page = DiagnosticPage.Read(id);
        var compilation = Compile(page, page.Good);

        Assert.Empty(await Analyzed.FindAsync(compilation));
        var generated = Generated.From(compilation);
        Assert.Null(generated.Result.Exception);
        Assert.Empty(generated.Output.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_bears_the_title_of_its_diagnostic(string id) =>
        Assert.StartsWith($"# {id}: {Descriptors[id].Title}\n", DiagnosticPage.Read(id).Text, StringComparison.Ordinal);

    [Fact]
    public void Every_diagnostic_has_a_page_and_links_to_it()
    {
        Assert.Equal(Descriptors.Keys.Order(StringComparer.Ordinal), DiagnosticPage.Ids);
        Assert.All(Descriptors.Values, static d => Assert.Equal(HelpPage.Of(d.Id), d.HelpLinkUri));
    }

    private static Dictionary<string, DiagnosticDescriptor> Descriptors { get; } = Analyzed.Analyzers
        .SelectMany(static analyzer => analyzer.SupportedDiagnostics)
        .DistinctBy(static d => d.Id)
        .ToDictionary(static d => d.Id);

    private static Compilation Compile(DiagnosticPage page, string code, string? languageVersion = null)
    {
        LanguageVersion? version = LanguageVersionFacts.TryParse(languageVersion, out var parsed) && languageVersion is not null ? parsed : null;
        var compilation = Target.Net10.Compile();
        if (page.Library is { } library)
        {
            compilation = compilation.AddReferences(Target.Net10.Reference(Usings + library));
        }

        return compilation
            .WithOptions(compilation.Options.WithGeneralDiagnosticOption(ReportDiagnostic.Default))
            .AddSyntaxTrees(Target.Net10.Parse(Usings + code, "File0.cs", version));
    }
}
