using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>What there is of MemoryPack in a compilation.</summary>
internal static class MemoryPackTypes
{
    private const string Namespace = "MemoryPack";
    private const string CustomFormatter = "MemoryPackCustomFormatterAttribute";

    /// <summary>Whether MemoryPack itself writes a type: it is annotated, and the serializer is referenced.</summary>
    /// <remarks>Circular types are left to generated code: MemoryPack counts ids anew in each of its calls, and a payload may take several.</remarks>
    /// <param name="compilation">The compilation.</param>
    /// <param name="type">The type.</param>
    public static bool Writes(Compilation compilation, INamedTypeSymbol type) =>
        PayloadAttributes.HasTheirs(type.OriginalDefinition, "MemoryPackableAttribute")
        && PayloadLayout.Of(type).Layout != ObjectLayout.CircularReference
        && compilation.GetTypeByMetadataName(Namespace + ".MemoryPackSerializer") is { } serializer
        && compilation.IsSymbolAccessibleWithin(serializer, compilation.Assembly);

    /// <summary>The attribute by which a member chooses a formatter of MemoryPack's, without <c>Attribute</c>.</summary>
    /// <param name="member">The member.</param>
    /// <returns>Such as <c>BitPackFormatter</c>, or null.</returns>
    public static string? FormatterOf(ISymbol member)
    {
        foreach (var attribute in member.GetAttributes())
        {
            for (var type = attribute.AttributeClass?.BaseType; type is not null; type = type.BaseType)
            {
                if (type.Name == CustomFormatter && type.ContainingNamespace.ToDisplayString() == Namespace)
                {
                    var name = attribute.AttributeClass!.Name;
                    return name.EndsWith("Attribute", StringComparison.Ordinal) ? name.Substring(0, name.Length - "Attribute".Length) : name;
                }
            }
        }

        return null;
    }
}
