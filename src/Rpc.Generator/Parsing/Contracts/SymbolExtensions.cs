using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>What later versions of Roslyn know and the referenced one does not.</summary>
internal static class SymbolExtensions
{
    // SyntaxKind.FileKeyword of Roslyn 4.4.
    private const SyntaxKind FileKeyword = (SyntaxKind)8449;

    /// <summary>Whether a type can be named in its own file only.</summary>
    public static bool IsFileLocal(this INamedTypeSymbol type)
    {
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is BaseTypeDeclarationSyntax declaration && declaration.Modifiers.Any(FileKeyword))
            {
                return true;
            }
        }

        return false;
    }
}
