using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Rpc.Generator.CodeFixes;

/// <summary>The base of the fixes: one action a diagnostic, offered when there is something to change, for one place or all.</summary>
public abstract class ContractFixProvider : CodeFixProvider
{
    private protected ContractFixProvider(params string[] ids) => FixableDiagnosticIds = ids.ToImmutableArray();

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (node is not null && await PrepareAsync(context.Document, node, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } fix)
            {
                context.RegisterCodeFix(CodeAction.Create(fix.Title, fix.ApplyAsync, equivalenceKey: diagnostic.Id), diagnostic);
            }
        }
    }

    /// <summary>Looks at a finding.</summary>
    /// <param name="document">The document that it is in.</param>
    /// <param name="node">The node at its place.</param>
    /// <param name="diagnostic">The finding.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The fix, or null when none is obvious.</returns>
    private protected abstract Task<ContractFix?> PrepareAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken);
}
