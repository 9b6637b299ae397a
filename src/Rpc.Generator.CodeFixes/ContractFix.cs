using Microsoft.CodeAnalysis;

namespace Rpc.Generator.CodeFixes;

/// <summary>A change that is offered.</summary>
internal sealed class ContractFix
{
    /// <summary>Offers a change.</summary>
    /// <param name="title">What the user reads.</param>
    /// <param name="applyAsync">Makes it.</param>
    public ContractFix(string title, Func<CancellationToken, Task<Solution>> applyAsync)
    {
        Title = title;
        ApplyAsync = applyAsync;
    }

    public string Title { get; }

    public Func<CancellationToken, Task<Solution>> ApplyAsync { get; }

    /// <summary>Offers to replace a node, or to remove it.</summary>
    public static ContractFix Replace(string title, Document document, SyntaxNode node, SyntaxNode replacement) => new(title, async cancellationToken =>
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        return document.WithSyntaxRoot(root!.ReplaceNode(node, replacement)).Project.Solution;
    });
}
