using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Architecture.Tests.Sources;

/// <summary>A name in a source file, and what it stands for.</summary>
/// <param name="Node">The name.</param>
/// <param name="Symbol">The type, or the member.</param>
internal readonly record struct Usage(SimpleNameSyntax Node, ISymbol Symbol)
{
    /// <summary>The type that is named or whose member is.</summary>
    public INamedTypeSymbol? Type => (Symbol as INamedTypeSymbol ?? Symbol.ContainingType)?.OriginalDefinition;

    public string Location
    {
        get
        {
            var position = Node.GetLocation().GetLineSpan();
            return $"{position.Path}({position.StartLinePosition.Line + 1})";
        }
    }

    /// <summary>The names of types and of members that a file uses; namespaces, locals and parameters are none.</summary>
    public static IEnumerable<Usage> In(SyntaxTree tree, Compilation compilation)
    {
        var model = compilation.GetSemanticModel(tree);
        foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            var info = model.GetSymbolInfo(name);
            var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            if (symbol is INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol)
            {
                yield return new Usage(name, symbol);
            }
        }
    }
}
