using System.Text;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>The names of types in generated code, in messages and on the wire.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat s_annotated = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>The full name with nullable annotations and the names of tuples' elements.</summary>
    public static string Annotated(ITypeSymbol type) => type.ToDisplayString(s_annotated);

    /// <summary>The full name without annotations.</summary>
    public static string Bare(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>As a person writes it.</summary>
    public static string Short(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);

    /// <summary>The name on the wire: namespace, containing types and name, joined by dots.</summary>
    public static string Wire(INamedTypeSymbol type) => Metadata(type).Replace('+', '.');

    /// <summary>The name in metadata, which is unique in the assembly.</summary>
    public static string Metadata(INamedTypeSymbol type)
    {
        var name = new StringBuilder();
        for (var part = type; part is not null; part = part.ContainingType)
        {
            name.Insert(0, part.MetadataName);
            if (part.ContainingType is not null)
            {
                name.Insert(0, '+');
            }
        }

        for (var space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            name.Insert(0, '.').Insert(0, space.Name);
        }

        return name.ToString();
    }

    /// <summary>A namespace as it stands in a declaration, or the empty string for the global one.</summary>
    public static string Namespace(INamedTypeSymbol type) => type.ContainingNamespace is { IsGlobalNamespace: false } space
        ? space.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted))
        : "";
}
