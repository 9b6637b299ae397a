using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Generator.CodeFixes;

/// <summary>RPC0040: gives an overload the suggested name on the wire.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class OverloadNameFixProvider : ContractFixProvider
{
    /// <summary>Creates the provider.</summary>
    public OverloadNameFixProvider()
        : base("RPC0040")
    {
    }

    private protected override async Task<ContractFix?> PrepareAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        // A method inherited from another project is reported at the contract's name: nothing here can be changed.
        if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method || !diagnostic.Properties.TryGetValue("Name", out var name) || name is null)
        {
            return null;
        }

        var compilation = await document.Project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        var argument = $"Name = {SymbolDisplay.FormatLiteral(name, quote: true)}";
        SyntaxNode? replacement;
        if (Syntaxes.Find(method, "RpcMethod") is { } existing)
        {
            replacement = method.ReplaceNode(existing, existing.AddArgumentListArguments(Syntaxes.Argument(argument)));
        }
        else
        {
            var attribute = Syntaxes.Attribute(document, compilation!, "Rpc.RpcMethodAttribute", argument);
            replacement = attribute is null ? null : Microsoft.CodeAnalysis.Editing.SyntaxGenerator.GetGenerator(document).AddAttributes(method, SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(attribute)));
        }

        return replacement is null ? null : ContractFix.Replace($"Name the overload '{name}' on the wire", document, method, replacement);
    }
}
