using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>The types of the base class library that have formatters, and the memory of those that are plain values.</summary>
internal static class BuiltInTypes
{
    /// <summary>The namespace of the formatters.</summary>
    public const string FormatterNamespace = "Rpc.Serialization.Formatters";

    private static readonly Dictionary<string, string> s_byNamespace = new(StringComparer.Ordinal)
    {
        ["System"] = "Boolean Char SByte Byte Int16 UInt16 Int32 UInt32 Int64 UInt64 Single Double String "
            + "Decimal Guid DateTime DateTimeOffset TimeSpan DateOnly TimeOnly Half Int128 UInt128 IntPtr UIntPtr Index Range Version Uri TimeZoneInfo "
            + "Memory`1 ReadOnlyMemory`1 ArraySegment`1 Lazy`1 Nullable`1 "
            + "Tuple`1 Tuple`2 Tuple`3 Tuple`4 Tuple`5 Tuple`6 Tuple`7 Tuple`8 "
            + "ValueTuple`1 ValueTuple`2 ValueTuple`3 ValueTuple`4 ValueTuple`5 ValueTuple`6 ValueTuple`7 ValueTuple`8",
        ["System.Text"] = "StringBuilder Rune",
        ["System.Globalization"] = "CultureInfo",
        ["System.Numerics"] = "Vector2 Vector3 Vector4 Quaternion Plane Matrix3x2 Matrix4x4 Complex BigInteger",
        ["System.Buffers"] = "ReadOnlySequence`1",
        ["System.Linq"] = "ILookup`2 IGrouping`2",
        ["System.Collections"] = "BitArray",
        ["System.Collections.Generic"] = "List`1 HashSet`1 SortedSet`1 Queue`1 Stack`1 LinkedList`1 Dictionary`2 SortedDictionary`2 SortedList`2 "
            + "PriorityQueue`2 KeyValuePair`2 IEnumerable`1 ICollection`1 IList`1 IReadOnlyCollection`1 IReadOnlyList`1 ISet`1 IReadOnlySet`1 "
            + "IDictionary`2 IReadOnlyDictionary`2",
        ["System.Collections.ObjectModel"] = "Collection`1 ObservableCollection`1 ReadOnlyCollection`1 ReadOnlyObservableCollection`1",
        ["System.Collections.Concurrent"] = "ConcurrentQueue`1 ConcurrentStack`1 ConcurrentBag`1 ConcurrentDictionary`2 BlockingCollection`1",
        ["System.Collections.Immutable"] = "ImmutableArray`1 ImmutableList`1 ImmutableQueue`1 ImmutableStack`1 ImmutableHashSet`1 ImmutableSortedSet`1 "
            + "ImmutableDictionary`2 ImmutableSortedDictionary`2 IImmutableList`1 IImmutableQueue`1 IImmutableStack`1 IImmutableSet`1 IImmutableDictionary`2",
        ["System.Collections.Frozen"] = "FrozenSet`1 FrozenDictionary`2",
    };

    private static readonly HashSet<string> s_names = new(
        s_byNamespace.SelectMany(static pair => pair.Value.Split(' ').Select(name => pair.Key + "." + name)), StringComparer.Ordinal);

    private static readonly Dictionary<string, RawLayout> s_layouts = new(StringComparer.Ordinal)
    {
        ["System.Boolean"] = new(1, 1, true, RawFieldKind.Boolean),
        ["System.Char"] = Copy(2, 2, isPrimitive: true),
        ["System.SByte"] = Copy(1, 1, isPrimitive: true),
        ["System.Byte"] = Copy(1, 1, isPrimitive: true),
        ["System.Int16"] = Copy(2, 2, isPrimitive: true),
        ["System.UInt16"] = Copy(2, 2, isPrimitive: true),
        ["System.Int32"] = Copy(4, 4, isPrimitive: true),
        ["System.UInt32"] = Copy(4, 4, isPrimitive: true),
        ["System.Int64"] = Copy(8, 8, isPrimitive: true),
        ["System.UInt64"] = Copy(8, 8, isPrimitive: true),
        ["System.Single"] = Copy(4, 4, isPrimitive: true),
        ["System.Double"] = Copy(8, 8, isPrimitive: true),
        ["System.IntPtr"] = new(8, 8, true, RawFieldKind.Formatter),
        ["System.UIntPtr"] = new(8, 8, true, RawFieldKind.Formatter),
        ["System.Decimal"] = new(16, 8, false, RawFieldKind.Formatter),
        ["System.DateTime"] = new(8, 8, false, RawFieldKind.Formatter),
        ["System.DateTimeOffset"] = new(16, 8, false, RawFieldKind.Formatter),
        ["System.DateOnly"] = new(4, 4, false, RawFieldKind.Formatter),
        ["System.TimeOnly"] = new(8, 8, false, RawFieldKind.Formatter),
        ["System.Text.Rune"] = new(4, 4, false, RawFieldKind.Formatter),
        ["System.Guid"] = Copy(16, 4),
        ["System.TimeSpan"] = Copy(8, 8),
        ["System.Half"] = Copy(2, 2),
        ["System.Int128"] = Copy(16, 16),
        ["System.UInt128"] = Copy(16, 16),
        ["System.Index"] = Copy(4, 4),
        ["System.Range"] = Copy(8, 4),
        ["System.Numerics.Vector2"] = Copy(8, 4),
        ["System.Numerics.Vector3"] = Copy(12, 4),
        ["System.Numerics.Vector4"] = Copy(16, 4),
        ["System.Numerics.Quaternion"] = Copy(16, 4),
        ["System.Numerics.Plane"] = Copy(16, 4),
        ["System.Numerics.Matrix3x2"] = Copy(24, 4),
        ["System.Numerics.Matrix4x4"] = Copy(64, 4),
        ["System.Numerics.Complex"] = Copy(16, 8),
    };

    /// <summary>The formatter of a type, without its type arguments.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The simple name, such as <c>ListFormatter</c>, or null when the type has none.</returns>
    public static string? FormatterNameOf(INamedTypeSymbol type)
    {
        if (!s_names.Contains(TypeNames.MetadataNameOf(type)))
        {
            return null;
        }

        // IList<T> stands beside List<T>: InterfaceListFormatter, ListFormatter.
        return (type.TypeKind == TypeKind.Interface ? "Interface" + type.Name.Substring(1) : type.Name) + "Formatter";
    }

    /// <summary>The memory of a base class library's value that is not generic.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Null when it is none.</returns>
    public static RawLayout? RawLayoutOf(ITypeSymbol type) =>
        type is INamedTypeSymbol { IsValueType: true, IsGenericType: false } named && s_layouts.TryGetValue(TypeNames.MetadataNameOf(named), out var layout)
            ? layout
            : null;

    /// <summary>Whether a type is <c>Nullable</c>, <c>KeyValuePair</c> or <c>ValueTuple</c>: raw when its arguments are.</summary>
    /// <param name="type">The type.</param>
    /// <returns>True when so.</returns>
    public static bool IsComposite(INamedTypeSymbol type) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
        || (type.IsTupleType && type.TypeArguments.Length <= 8)
        || TypeNames.MetadataNameOf(type) is "System.Collections.Generic.KeyValuePair`2" or "System.ValueTuple`1";

    /// <summary>Whether a type belongs to the framework, where only the types listed here have formatters: what its reference assemblies show is not its memory.</summary>
    /// <param name="type">The type.</param>
    /// <returns>True when so.</returns>
    public static bool IsFramework(ITypeSymbol type)
    {
        if (type.ContainingAssembly?.Identity is not { HasPublicKey: var hasKey, PublicKeyToken: var token } identity || (!hasKey && token.IsDefaultOrEmpty))
        {
            return false;
        }

        var name = identity.Name;
        return name is "mscorlib" or "netstandard" or "System" or "WindowsBase"
            || name.StartsWith("System.", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.", StringComparison.Ordinal);
    }

    private static RawLayout Copy(int size, int alignment, bool isPrimitive = false) => new(size, alignment, isPrimitive, RawFieldKind.Copy);
}
