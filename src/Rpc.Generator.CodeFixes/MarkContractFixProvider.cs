using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace Rpc.Generator.CodeFixes;

/// <summary>RPC0006: puts <c>[RpcService]</c> on an interface that is used as a contract.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MarkContractFixProvider : ContractFixProvider
{
    /// <summary>Creates the provider.</summary>
    public MarkContractFixProvider()
        : base("RPC0006")
    {
    }

    private protected override async Task<ContractFix?> PrepareAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (Contract(model!, node, cancellationToken) is not { } contract
            || contract.DeclaringSyntaxReferences.FirstOrDefault() is not { } reference
            || document.Project.Solution.GetDocument(reference.SyntaxTree) is not { } target
            || await reference.GetSyntaxAsync(cancellationToken).ConfigureAwait(false) is not InterfaceDeclarationSyntax declaration)
        {
            return null;
        }

        var compilation = await target.Project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        if (Syntaxes.Attribute(target, compilation!, "Rpc.RpcServiceAttribute") is not { } attribute)
        {
            return null;
        }

        var list = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(attribute));
        return ContractFix.Replace(
            $"Put [RpcService] on '{contract.Name}'", target, declaration, SyntaxGenerator.GetGenerator(target).AddAttributes(declaration, list));
    }

    /// <summary>The type that is named, or inferred where the method alone is.</summary>
    private static ITypeSymbol? Contract(SemanticModel model, SyntaxNode node, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(node, cancellationToken).Symbol switch
        {
            INamedTypeSymbol type => type,
            IMethodSymbol { TypeArguments: { Length: > 0 } arguments } => arguments[0],
            _ => null,
        };
}
