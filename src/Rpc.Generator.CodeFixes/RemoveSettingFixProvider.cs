using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Generator.CodeFixes;

/// <summary>RPC0030 to RPC0035: takes away a setting that does not suit its method.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RemoveSettingFixProvider : ContractFixProvider
{
    /// <summary>Creates the provider.</summary>
    public RemoveSettingFixProvider()
        : base("RPC0030", "RPC0031", "RPC0032", "RPC0033", "RPC0034", "RPC0035")
    {
    }

    private protected override Task<ContractFix?> PrepareAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Task.FromResult(Prepare(document, node));

    private static ContractFix? Prepare(Document document, SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { NameEquals: { } name } argument
            || argument.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
            || argument.FirstAncestorOrSelf<AttributeSyntax>() is not { } attribute)
        {
            return null;
        }

        var replacement = attribute.ArgumentList!.Arguments.Count == 1
            ? Syntaxes.Without(method, attribute)
            : method.RemoveNode(argument, SyntaxRemoveOptions.KeepNoTrivia)!;
        return ContractFix.Replace($"Remove '{name.Name.Identifier.ValueText}'", document, method, replacement);
    }
}
