using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>What <c>[StructLayout]</c> and <c>[InlineArray]</c> say of a struct.</summary>
/// <param name="Kind">The kind; sequential when nothing is said.</param>
/// <param name="Pack">The largest alignment of a field, or 0.</param>
/// <param name="Size">The least size, or 0.</param>
/// <param name="InlineLength">The length of an inline array, or 0.</param>
internal sealed record StructLayoutAttributes(LayoutKind Kind, int Pack, int Size, int InlineLength)
{
    /// <summary>Reads the attributes of a struct.</summary>
    /// <param name="type">The struct.</param>
    /// <returns>What they say.</returns>
    public static StructLayoutAttributes Of(INamedTypeSymbol type)
    {
        var kind = LayoutKind.Sequential;
        int pack = 0, size = 0, inlineLength = 0;
        foreach (var attribute in type.OriginalDefinition.GetAttributes())
        {
            switch (attribute.AttributeClass?.ToDisplayString())
            {
                case "System.Runtime.InteropServices.StructLayoutAttribute":
                    kind = (LayoutKind)Convert.ToInt32(attribute.ConstructorArguments[0].Value, System.Globalization.CultureInfo.InvariantCulture);
                    pack = Named(attribute, "Pack");
                    size = Named(attribute, "Size");
                    break;
                case "System.Runtime.CompilerServices.InlineArrayAttribute":
                    inlineLength = (int)attribute.ConstructorArguments[0].Value!;
                    break;
            }
        }

        return new StructLayoutAttributes(kind, pack, size, inlineLength);
    }

    /// <summary>The place that <c>[FieldOffset]</c> gives a field.</summary>
    /// <param name="field">The field.</param>
    /// <returns>The offset, or null.</returns>
    public static int? OffsetOf(IFieldSymbol field)
    {
        foreach (var attribute in field.OriginalDefinition.GetAttributes())
        {
            if (attribute.AttributeClass?.ToDisplayString() == "System.Runtime.InteropServices.FieldOffsetAttribute")
            {
                return (int)attribute.ConstructorArguments[0].Value!;
            }
        }

        return null;
    }

    /// <summary>The arguments of <c>[StructLayout]</c> as C#.</summary>
    /// <returns>Such as <c>LayoutKind.Sequential, Pack = 1</c>, fully qualified.</returns>
    public string ToSource() =>
        "global::System.Runtime.InteropServices.LayoutKind." + Kind + (Pack > 0 ? $", Pack = {Pack}" : string.Empty) + (Size > 0 ? $", Size = {Size}" : string.Empty);

    private static int Named(AttributeData attribute, string name)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
            {
                return (int)argument.Value.Value!;
            }
        }

        return 0;
    }
}
