using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Lays out structs without references as 64-bit .NET does, at compile time: sequential, packed, explicit and <c>Auto</c>.</summary>
/// <remarks>Structs of other assemblies are laid out from their metadata, which has their private fields too.</remarks>
internal sealed class StructLayoutCalculator
{
    private const int PointerSize = 8;

    private readonly Dictionary<ITypeSymbol, RawStruct?> _structs = new(SymbolEqualityComparer.Default);

    /// <summary>The layout of a type.</summary>
    /// <param name="type">The type.</param>
    /// <returns>Null when it holds references, or fields whose memory no formatter knows.</returns>
    public RawLayout? TryLayOut(ITypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Enum && type is INamedTypeSymbol { EnumUnderlyingType: { } underlying })
        {
            return TryLayOut(underlying);
        }

        if (BuiltInTypes.RawLayoutOf(type) is { } known)
        {
            return known;
        }

        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Struct } named || !named.IsUnmanagedType || named.IsRefLikeType)
        {
            return null;
        }

        if (BuiltInTypes.IsComposite(named))
        {
            return LayOutComposite(named);
        }

        return BuiltInTypes.IsFramework(named) ? null : TryLayOutStruct(named)?.Layout;
    }

    /// <summary>The layout of a user's struct with its fields.</summary>
    /// <param name="type">The struct.</param>
    /// <returns>Null when a field has no layout.</returns>
    public RawStruct? TryLayOutStruct(INamedTypeSymbol type)
    {
        if (!_structs.TryGetValue(type, out var result))
        {
            result = LayOutStruct(type);
            _structs.Add(type, result);
        }

        return result;
    }

    private RawStruct? LayOutStruct(INamedTypeSymbol type)
    {
        var symbols = new List<IFieldSymbol>();
        var layouts = new List<RawLayout>();
        foreach (var field in type.GetMembers().OfType<IFieldSymbol>())
        {
            if (field.IsStatic || field.IsConst)
            {
                continue;
            }

            var layout = LayOutField(field);
            if (layout is null)
            {
                return null;
            }

            symbols.Add(field);
            layouts.Add(layout);
        }

        var attributes = StructLayoutAttributes.Of(type);
        if (attributes.InlineLength > 0)
        {
            // Only what may be copied: the elements have no names by which generated code could take one after another.
            return symbols.Count == 1 && layouts[0].Kind == RawFieldKind.Copy ? Repeat(symbols[0], layouts[0], attributes.InlineLength) : null;
        }

        var result = attributes.Kind switch
        {
            LayoutKind.Auto => LayOutAuto(symbols, layouts),
            LayoutKind.Explicit => LayOutExplicit(symbols, layouts, attributes),
            LayoutKind.Sequential => LayOutSequential(symbols, layouts, attributes),
            _ => null,
        };

        // A buffer is no field by itself, and of fields that share memory each would be checked as what the other is.
        return result is { Layout.Kind: not RawFieldKind.Copy } && (symbols.Any(static field => field.IsFixedSizeBuffer) || Overlap(result.Fields)) ? null : result;
    }

    private RawLayout? LayOutField(IFieldSymbol field)
    {
        if (!field.IsFixedSizeBuffer)
        {
            return TryLayOut(field.Type);
        }

        // A fixed buffer is copied as it is, which a boolean must not be.
        var element = TryLayOut(((IPointerTypeSymbol)field.Type).PointedAtType);
        return element is { Kind: RawFieldKind.Copy } ? element with { Size = element.Size * field.FixedSize, IsPrimitive = false } : null;
    }

    private RawLayout? LayOutComposite(INamedTypeSymbol type)
    {
        var fields = new List<RawLayout>();
        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            fields.Add(new RawLayout(1, 1, IsPrimitive: true, RawFieldKind.Boolean));
        }

        foreach (var argument in type.TypeArguments)
        {
            if (TryLayOut(argument) is not { } layout)
            {
                return null;
            }

            fields.Add(layout);
        }

        var isAuto = type.IsTupleType && type.TypeArguments.Length > 1;
        var (_, size, alignment) = isAuto ? PlaceAuto(fields) : PlaceSequential(fields, pack: 0);
        return new RawLayout(isAuto ? AlignUp(size, alignment) : Math.Max(AlignUp(size, alignment), 1), alignment, IsPrimitive: false, RawFieldKind.Formatter);
    }

    private static RawStruct Repeat(IFieldSymbol symbol, RawLayout element, int length)
    {
        var padding = ImmutableArray.CreateBuilder<(int, int)>();
        for (var i = 0; i < length; i++)
        {
            foreach (var (offset, count) in element.Padding)
            {
                padding.Add(((i * element.Size) + offset, count));
            }
        }

        var layout = new RawLayout(element.Size * length, element.Alignment, IsPrimitive: false, RawFieldKind.Copy)
        {
            Padding = padding.ToImmutable(),
        };
        return new RawStruct(layout, ImmutableArray.Create(new RawField(symbol, 0, element)));
    }

    private static RawStruct LayOutSequential(List<IFieldSymbol> symbols, List<RawLayout> layouts, StructLayoutAttributes attributes)
    {
        var (offsets, end, alignment) = PlaceSequential(layouts, attributes.Pack);
        var size = attributes.Size > 0 ? Math.Max(end, attributes.Size) : AlignUp(end, alignment);
        return Build(symbols, layouts, offsets, Math.Max(size, 1), alignment, canCopy: true);
    }

    private static RawStruct LayOutAuto(List<IFieldSymbol> symbols, List<RawLayout> layouts)
    {
        var (offsets, end, alignment) = PlaceAuto(layouts);

        // Mono lays such structs out in another way, so they are never copied.
        return Build(symbols, layouts, offsets, Math.Max(AlignUp(end, alignment), 1), alignment, canCopy: false);
    }

    private static RawStruct? LayOutExplicit(List<IFieldSymbol> symbols, List<RawLayout> layouts, StructLayoutAttributes attributes)
    {
        var offsets = new int[symbols.Count];
        int end = 0, alignment = 1;
        for (var i = 0; i < offsets.Length; i++)
        {
            if (StructLayoutAttributes.OffsetOf(symbols[i]) is not { } offset)
            {
                return null;
            }

            offsets[i] = offset;
            end = Math.Max(end, offset + layouts[i].Size);
            alignment = Math.Max(alignment, AlignmentOf(layouts[i], attributes.Pack));
        }

        var size = attributes.Size > 0 ? Math.Max(end, attributes.Size) : AlignUp(end, alignment);
        return Build(symbols, layouts, offsets, Math.Max(size, 1), alignment, canCopy: true);
    }

    private static (int[] Offsets, int End, int Alignment) PlaceSequential(List<RawLayout> fields, int pack)
    {
        var offsets = new int[fields.Count];
        int end = 0, alignment = 1;
        for (var i = 0; i < offsets.Length; i++)
        {
            var fieldAlignment = AlignmentOf(fields[i], pack);
            offsets[i] = AlignUp(end, fieldAlignment);
            end = offsets[i] + fields[i].Size;
            alignment = Math.Max(alignment, fieldAlignment);
        }

        return (offsets, end, alignment);
    }

    /// <summary>As the CLR does: primitives by descending size, then structs at their own alignment.</summary>
    private static (int[] Offsets, int End, int Alignment) PlaceAuto(List<RawLayout> fields)
    {
        var offsets = new int[fields.Count];
        int end = 0, alignment = 1;
        for (var size = PointerSize; size > 0; size >>= 1)
        {
            for (var i = 0; i < offsets.Length; i++)
            {
                if (fields[i].IsPrimitive && fields[i].Size == size)
                {
                    offsets[i] = end;
                    end += size;
                    alignment = PointerSize;
                }
            }
        }

        for (var i = 0; i < offsets.Length; i++)
        {
            if (!fields[i].IsPrimitive)
            {
                offsets[i] = AlignUp(end, fields[i].Alignment);
                end = offsets[i] + fields[i].Size;
                alignment = Math.Max(alignment, fields[i].Alignment);
            }
        }

        if (end <= PointerSize)
        {
            alignment = 1;
            while (alignment < end)
            {
                alignment *= 2;
            }
        }

        return (offsets, end, alignment);
    }

    private static RawStruct Build(List<IFieldSymbol> symbols, List<RawLayout> layouts, int[] offsets, int size, int alignment, bool canCopy)
    {
        var used = new bool[size];
        var fields = ImmutableArray.CreateBuilder<RawField>(symbols.Count);
        for (var i = 0; i < offsets.Length; i++)
        {
            fields.Add(new RawField(symbols[i], offsets[i], layouts[i]));
            canCopy &= layouts[i].Kind == RawFieldKind.Copy;
            MarkUsed(used, offsets[i], layouts[i]);
        }

        var layout = new RawLayout(size, alignment, IsPrimitive: false, canCopy ? RawFieldKind.Copy : RawFieldKind.Formatter)
        {
            Padding = canCopy ? Gaps(used) : ImmutableArray<(int, int)>.Empty,
        };
        return new RawStruct(layout, fields.ToImmutable());
    }

    private static void MarkUsed(bool[] used, int offset, RawLayout layout)
    {
        var own = new bool[layout.Size];
        foreach (var (start, length) in layout.Padding)
        {
            for (var i = 0; i < length; i++)
            {
                own[start + i] = true;
            }
        }

        for (var i = 0; i < own.Length; i++)
        {
            used[offset + i] |= !own[i];
        }
    }

    private static ImmutableArray<(int Offset, int Length)> Gaps(bool[] used)
    {
        var gaps = ImmutableArray.CreateBuilder<(int, int)>();
        for (var i = 0; i < used.Length; i++)
        {
            var start = i;
            while (i < used.Length && !used[i])
            {
                i++;
            }

            if (i > start)
            {
                gaps.Add((start, i - start));
            }
        }

        return gaps.ToImmutable();
    }

    private static bool Overlap(ImmutableArray<RawField> fields) => fields.Any(field =>
        fields.Any(other => other != field && other.Offset < field.Offset + field.Layout.Size && field.Offset < other.Offset + other.Layout.Size));

    private static int AlignmentOf(RawLayout field, int pack) => pack > 0 ? Math.Min(pack, field.Alignment) : field.Alignment;

    private static int AlignUp(int value, int alignment) => (value + alignment - 1) & -alignment;
}
