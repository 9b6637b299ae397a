using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Formatting;
using Rpc.Generator.CodeFixes;
using Rpc.Generator.Tests.Harness;

namespace Rpc.Generator.Tests.CodeFixes;

/// <summary>Applies code fixes in a workspace.</summary>
internal static class FixRun
{
    private static readonly ImmutableArray<CodeFixProvider> s_providers =
    [
        .. typeof(ContractFixProvider).Assembly.GetTypes()
            .Where(static type => type.GetCustomAttribute<ExportCodeFixProviderAttribute>() is not null)
            .Select(static type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    /// <summary>The ids that have a fix.</summary>
    public static IEnumerable<string> FixableIds => s_providers.SelectMany(static p => p.FixableDiagnosticIds);

    /// <summary>Applies the fix of the first finding.</summary>
    /// <returns>The files afterwards, and the title; no files when no fix is offered.</returns>
    public static async Task<(string? Title, string[] Files)> FirstAsync(params string[] sources)
    {
        var solution = Open(sources);
        var diagnostic = (await FindAsync(solution)).First();
        var document = solution.GetDocument(diagnostic.Location.SourceTree)!;
        CodeAction? offered = null;
        var provider = s_providers.Single(p => p.FixableDiagnosticIds.Contains(diagnostic.Id));
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offered ??= action, CancellationToken.None));
        return offered is null ? (null, []) : (offered.Title, await ApplyAsync(offered));
    }

    /// <summary>Applies the fix of every finding at once.</summary>
    public static async Task<string[]> AllAsync(params string[] sources)
    {
        var solution = Open(sources);
        var found = await FindAsync(solution);
        var id = Assert.Single(found.Select(static d => d.Id).Distinct());
        var provider = s_providers.Single(p => p.FixableDiagnosticIds.Contains(id));
        var context = new FixAllContext(
            solution.Projects.Single().Documents.First(), provider, FixAllScope.Project, id, [id], new Findings(found), CancellationToken.None);
        return await ApplyAsync((await provider.GetFixAllProvider()!.GetFixAsync(context))!);
    }

    /// <summary>The findings in sources.</summary>
    public static Task<ImmutableArray<Diagnostic>> FindAsync(params string[] sources) => FindAsync(Open(sources));

    private static async Task<ImmutableArray<Diagnostic>> FindAsync(Solution solution) =>
        await Analyzed.FindAsync((await solution.Projects.Single().GetCompilationAsync())!);

    private static Solution Open(string[] sources)
    {
        var compilation = Target.Net10.Compile(sources);
        var workspace = new AdhocWorkspace();
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Fixed", "Fixed", LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: Target.Net10.ParseOptions, metadataReferences: Target.Net10.References));
        var solution = project.Solution;
        foreach (var tree in compilation.SyntaxTrees)
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(project.Id), tree.FilePath, tree.GetText(), filePath: tree.FilePath);
        }

        return solution.WithOptions(solution.Options.WithChangedOption(FormattingOptions.NewLine, LanguageNames.CSharp, "\n"));
    }

    private static async Task<string[]> ApplyAsync(CodeAction action)
    {
        var operations = await action.GetOperationsAsync(CancellationToken.None);
        var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        var compilation = await changed.Projects.Single().GetCompilationAsync();
        Assert.Empty(compilation!.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error && !d.IsWarningAsError));
        return await Task.WhenAll(changed.Projects.Single().Documents.Select(static async d => (await d.GetTextAsync()).ToString()));
    }

    private sealed class Findings(ImmutableArray<Diagnostic> found) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>(found);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Task.FromResult(found.Where(d => d.Location.SourceTree?.FilePath == document.FilePath));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
