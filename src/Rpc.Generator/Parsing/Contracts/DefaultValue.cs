using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Writes a parameter's default value as a C# expression.</summary>
internal static class DefaultValue
{
    /// <returns>The expression, or null when the parameter has no default value. A <c>params</c> array's is the empty array.</returns>
    public static string? Of(IParameterSymbol parameter)
    {
        if (parameter.IsParams && parameter.Type is IArrayTypeSymbol { Rank: 1 } array)
        {
            return $"global::System.Array.Empty<{TypeNames.Annotated(array.ElementType)}>()";
        }

        if (!parameter.HasExplicitDefaultValue)
        {
            return null;
        }

        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : parameter.Type;
        return Literal(parameter.ExplicitDefaultValue) switch
        {
            null => parameter.Type.IsValueType ? "default" : "null!",
            var literal when type.TypeKind == TypeKind.Enum => $"({TypeNames.Bare(type)})({literal})",
            var literal => literal,
        };
    }

    private static string? Literal(object? value) => value switch
    {
        null => null,
        double.NaN => "double.NaN",
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        float.NaN => "float.NaN",
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NegativeInfinity => "float.NegativeInfinity",
        double number => number.ToString("R", CultureInfo.InvariantCulture) + "D",
        float number => number.ToString("R", CultureInfo.InvariantCulture) + "F",
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
        DateTime time => $"new global::System.DateTime({time.Ticks.ToString(CultureInfo.InvariantCulture)}L)",
        string text => SymbolDisplay.FormatLiteral(text, quote: true),
        char character => SymbolDisplay.FormatLiteral(character, quote: true),
        _ => SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false),
    };
}
