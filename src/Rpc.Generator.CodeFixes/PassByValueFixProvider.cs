using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Generator.CodeFixes;

/// <summary>RPC0020: takes <c>in</c> and <c>ref readonly</c> off a parameter. What <c>ref</c> and <c>out</c> bring back needs a person.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PassByValueFixProvider : ContractFixProvider
{
    /// <summary>Creates the provider.</summary>
    public PassByValueFixProvider()
        : base("RPC0020")
    {
    }

    private protected override Task<ContractFix?> PrepareAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Task.FromResult(Prepare(document, node));

    private static ContractFix? Prepare(Document document, SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<ParameterSyntax>() is not { } parameter
            || !(parameter.Modifiers.Any(SyntaxKind.InKeyword) || parameter.Modifiers.Any(SyntaxKind.ReadOnlyKeyword)))
        {
            return null;
        }

        var kept = parameter.Modifiers.Where(static m => !(m.IsKind(SyntaxKind.InKeyword) || m.IsKind(SyntaxKind.RefKeyword) || m.IsKind(SyntaxKind.ReadOnlyKeyword)));
        var replacement = parameter.WithModifiers(SyntaxFactory.TokenList(kept)).WithLeadingTrivia(parameter.GetLeadingTrivia());
        return ContractFix.Replace("Pass by value", document, parameter, replacement);
    }
}
