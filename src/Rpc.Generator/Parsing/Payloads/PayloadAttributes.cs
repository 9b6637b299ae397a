using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Recognises the attributes of payloads: ours, and MemoryPack's by name.</summary>
internal static class PayloadAttributes
{
    public static bool Is(AttributeData attribute, string ours, string theirs)
    {
        var type = attribute.AttributeClass;
        return type is not null
            && ((type.Name == ours && type.ContainingNamespace.ToDisplayString() == "Rpc")
                || (type.Name == theirs && type.ContainingNamespace.ToDisplayString() == "MemoryPack"));
    }

    public static AttributeData? Find(ISymbol symbol, string ours, string theirs) =>
        symbol.GetAttributes().FirstOrDefault(attribute => Is(attribute, ours, theirs));

    /// <summary>Whether a symbol carries an attribute of MemoryPack's that ours have no counterpart for.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="theirs">The attribute's name.</param>
    public static bool HasTheirs(ISymbol symbol, string theirs) =>
        symbol.GetAttributes().Any(attribute => Is(attribute, string.Empty, theirs));

    /// <summary>Whether a symbol carries an attribute of ours.</summary>
    /// <param name="symbol">The symbol.</param>
    /// <param name="ours">The attribute's name.</param>
    public static bool HasOurs(ISymbol symbol, string ours) =>
        symbol.GetAttributes().Any(attribute => Is(attribute, ours, string.Empty));
}
