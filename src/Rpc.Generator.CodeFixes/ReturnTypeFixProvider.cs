using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Generator.CodeFixes;

/// <summary>RPC0013: wraps a result in <c>ValueTask</c>. RPC0014: takes the task off a stream.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ReturnTypeFixProvider : ContractFixProvider
{
    /// <summary>Creates the provider.</summary>
    public ReturnTypeFixProvider()
        : base("RPC0013", "RPC0014")
    {
    }

    private protected override async Task<ContractFix?> PrepareAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method)
        {
            return null;
        }

        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (model?.GetDeclaredSymbol(method, cancellationToken) is not { } symbol
            || Fixed(symbol, diagnostic.Id, model!.Compilation) is not { } type)
        {
            return null;
        }

        var written = Syntaxes.Type(document, type).WithTriviaFrom(method.ReturnType);
        var title = $"Return '{type.ToMinimalDisplayString(model, method.ReturnType.SpanStart)}'";
        return ContractFix.Replace(title, document, method.ReturnType, written);
    }

    private static ITypeSymbol? Fixed(IMethodSymbol method, string id, Compilation compilation)
    {
        if (id == "RPC0014")
        {
            return ((INamedTypeSymbol)method.ReturnType).TypeArguments[0];
        }

        // Another library's task, or progress: what was meant is not obvious.
        var type = method.ReturnType;
        return type.TypeKind is TypeKind.Error or TypeKind.Pointer or TypeKind.FunctionPointer || type.IsRefLikeType || type.Name.EndsWith("Task", StringComparison.Ordinal) || type.Name == "IProgress"
            ? null
            : compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask`1")?.Construct(type);
    }
}
