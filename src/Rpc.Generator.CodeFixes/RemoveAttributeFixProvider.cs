using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Generator.CodeFixes;

/// <summary>RPC0036: takes away <c>[RpcMethod]</c> where nothing reads it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class RemoveAttributeFixProvider : ContractFixProvider
{
    /// <summary>Creates the provider.</summary>
    public RemoveAttributeFixProvider()
        : base("RPC0036")
    {
    }

    private protected override Task<ContractFix?> PrepareAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken) =>
        Task.FromResult(
            node.FirstAncestorOrSelf<AttributeSyntax>() is { } attribute && attribute.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
                ? ContractFix.Replace("Remove '[RpcMethod]'", document, member, Syntaxes.Without(member, attribute))
                : null);
}
