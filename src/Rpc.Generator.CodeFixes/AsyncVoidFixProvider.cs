using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.CodeFixes;

/// <summary>RPC0015: makes a contract's method and its <c>async void</c> implementation return <c>ValueTask</c>, one-way as before.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class AsyncVoidFixProvider : ContractFixProvider
{
    private const string OneWay = "OneWay = true";

    /// <summary>Creates the provider.</summary>
    public AsyncVoidFixProvider()
        : base("RPC0015")
    {
    }

    private protected override async Task<ContractFix?> PrepareAsync(Document document, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } implementation
            || model!.GetDeclaredSymbol(implementation, cancellationToken) is not { } symbol
            || ContractImplementation.Of(symbol)?.DeclaringSyntaxReferences.FirstOrDefault() is not { } reference
            || document.Project.Solution.GetDocument(reference.SyntaxTree) is not { } target
            || await reference.GetSyntaxAsync(cancellationToken).ConfigureAwait(false) is not MethodDeclarationSyntax declaration)
        {
            return null;
        }

        return new ContractFix("Return 'ValueTask', one-way", async cancel =>
        {
            var editor = new SolutionEditor(document.Project.Solution);
            var implementations = await editor.GetDocumentEditorAsync(document.Id, cancel).ConfigureAwait(false);
            implementations.ReplaceNode(implementation.ReturnType, ValueTask(implementations, implementation));
            var contracts = await editor.GetDocumentEditorAsync(target.Id, cancel).ConfigureAwait(false);
            MarkOneWay(contracts, declaration);
            return editor.GetChangedSolution();
        });
    }

    private static void MarkOneWay(DocumentEditor editor, MethodDeclarationSyntax declaration)
    {
        editor.ReplaceNode(declaration.ReturnType, ValueTask(editor, declaration));
        if (Syntaxes.Find(declaration, "RpcMethod") is { } existing)
        {
            editor.ReplaceNode(existing, existing.AddArgumentListArguments(Syntaxes.Argument(OneWay)));
        }
        else if (Syntaxes.Attribute(editor.OriginalDocument, editor.SemanticModel.Compilation, "Rpc.RpcMethodAttribute", OneWay) is { } attribute)
        {
            editor.AddAttribute(declaration, SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(attribute)));
        }
    }

    private static TypeSyntax ValueTask(DocumentEditor editor, MethodDeclarationSyntax method) =>
        Syntaxes.Type(editor.OriginalDocument, editor.SemanticModel.Compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask")!).WithTriviaFrom(method.ReturnType);
}
