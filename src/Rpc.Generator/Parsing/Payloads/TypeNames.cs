using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Names of types in generated code: fully qualified, without nullable annotations and tuple element names, so that one type has one name.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<SpecialType, string> s_keywords = new()
    {
        [SpecialType.System_Boolean] = "bool",
        [SpecialType.System_Char] = "char",
        [SpecialType.System_SByte] = "sbyte",
        [SpecialType.System_Byte] = "byte",
        [SpecialType.System_Int16] = "short",
        [SpecialType.System_UInt16] = "ushort",
        [SpecialType.System_Int32] = "int",
        [SpecialType.System_UInt32] = "uint",
        [SpecialType.System_Int64] = "long",
        [SpecialType.System_UInt64] = "ulong",
        [SpecialType.System_Single] = "float",
        [SpecialType.System_Double] = "double",
        [SpecialType.System_Decimal] = "decimal",
        [SpecialType.System_String] = "string",
        [SpecialType.System_Object] = "object",
        [SpecialType.System_Void] = "void",
    };

    /// <summary>A type as C#.</summary>
    /// <param name="type">The type; closed.</param>
    /// <returns>Such as <c>global::System.Collections.Generic.List&lt;string&gt;</c>.</returns>
    public static string Of(ITypeSymbol type)
    {
        var text = new StringBuilder();
        Append(text, type);
        return text.ToString();
    }

    /// <summary>A type's full name in metadata, such as <c>System.Collections.Generic.List`1</c>.</summary>
    /// <param name="type">The type; nested ones have <c>+</c>.</param>
    /// <returns>The name.</returns>
    public static string MetadataNameOf(INamedTypeSymbol type)
    {
        var name = type.MetadataName;
        if (type.ContainingType is { } outer)
        {
            return MetadataNameOf(outer) + "+" + name;
        }

        return type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() + "." + name : name;
    }

    /// <summary>A type as a diagnostic names it.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The name.</returns>
    public static string Display(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);

    /// <summary>The class name of a type's formatter: readable, and unique whatever the case of letters, by a hash of the full name.</summary>
    /// <param name="typeName">The result of <see cref="Of"/>.</param>
    /// <param name="simpleName">The type's simple name.</param>
    /// <param name="suffix">What the class is.</param>
    /// <returns>An identifier.</returns>
    public static string FormatterNameOf(string typeName, string simpleName, string suffix)
    {
        var name = new StringBuilder();
        foreach (var c in simpleName)
        {
            name.Append(c < 128 && char.IsLetterOrDigit(c) ? c : '_');
        }

        return name.Append(suffix).Append('_').Append(Hash(typeName).ToString("x8", System.Globalization.CultureInfo.InvariantCulture)).ToString();
    }

    /// <summary>An identifier, escaped where it is a keyword.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The identifier.</returns>
    public static string Identifier(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    private static void Append(StringBuilder text, ITypeSymbol type)
    {
        if (s_keywords.TryGetValue(type.SpecialType, out var keyword))
        {
            text.Append(keyword);
        }
        else if (type is IArrayTypeSymbol array)
        {
            AppendArray(text, array);
        }
        else if (type is INamedTypeSymbol named)
        {
            AppendNamed(text, named);
        }
        else
        {
            text.Append(type.Name);
        }
    }

    private static void AppendArray(StringBuilder text, IArrayTypeSymbol array)
    {
        // C# reads int[][,] as an array of int[,]: the outermost rank comes first.
        var ranks = new StringBuilder();
        ITypeSymbol element = array;
        while (element is IArrayTypeSymbol inner)
        {
            ranks.Append('[').Append(',', inner.Rank - 1).Append(']');
            element = inner.ElementType;
        }

        Append(text, element);
        text.Append(ranks);
    }

    private static void AppendNamed(StringBuilder text, INamedTypeSymbol type)
    {
        if (type.ContainingType is { } outer)
        {
            AppendNamed(text, outer);
            text.Append('.');
        }
        else
        {
            text.Append("global::");
            AppendNamespace(text, type.ContainingNamespace);
        }

        text.Append(Identifier(type.Name));
        if (type.TypeArguments.Length == 0)
        {
            return;
        }

        text.Append('<');
        for (var i = 0; i < type.TypeArguments.Length; i++)
        {
            text.Append(i == 0 ? string.Empty : ", ");
            Append(text, type.TypeArguments[i]);
        }

        text.Append('>');
    }

    private static void AppendNamespace(StringBuilder text, INamespaceSymbol? space)
    {
        if (space is { IsGlobalNamespace: false })
        {
            AppendNamespace(text, space.ContainingNamespace);
            text.Append(Identifier(space.Name)).Append('.');
        }
    }

    private static uint Hash(string text)
    {
        // FNV-1a over UTF-16 units.
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return hash;
    }
}
