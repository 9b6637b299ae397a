namespace Rpc.Serialization;

/// <summary>The size and alignment that 64-bit .NET gives a value type without references.</summary>
/// <param name="Size">The bytes that a value takes, padding included; at least 1.</param>
/// <param name="Alignment">The alignment as a field of a sequential struct: 1, 2, 4, 8 or 16.</param>
/// <param name="IsPrimitive">True for integers, floating-point numbers, <c>bool</c>, <c>char</c> and enums: <c>Auto</c> layout puts those before
/// fields that are structs.</param>
public readonly record struct UnmanagedLayout(int Size, int Alignment, bool IsPrimitive = false)
{
    /// <summary>The pointer size that <c>Auto</c> layout rounds to; payloads are laid out for 64 bits on every platform.</summary>
    private const int PointerSize = 8;

    /// <summary>Lays out the fields of a struct in declaration order, each at its natural alignment.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="offsets">Receives the offset of each field.</param>
    /// <returns>The struct's layout.</returns>
    internal static UnmanagedLayout Sequential(ReadOnlySpan<UnmanagedLayout> fields, out int[] offsets)
    {
        offsets = new int[fields.Length];
        var end = 0;
        var alignment = 1;
        for (var i = 0; i < fields.Length; i++)
        {
            end = AlignUp(end, fields[i].Alignment);
            offsets[i] = end;
            end += fields[i].Size;
            alignment = Math.Max(alignment, fields[i].Alignment);
        }

        return new UnmanagedLayout(Math.Max(AlignUp(end, alignment), 1), alignment);
    }

    /// <summary>Lays out the fields of a struct as the CLR does for <c>LayoutKind.Auto</c>: primitives by descending size, then structs.</summary>
    /// <param name="fields">The fields in declaration order.</param>
    /// <param name="offsets">Receives the offset of each field.</param>
    /// <returns>The struct's layout.</returns>
    internal static UnmanagedLayout Auto(ReadOnlySpan<UnmanagedLayout> fields, out int[] offsets)
    {
        offsets = new int[fields.Length];
        var end = 0;
        var alignment = 1;
        for (var size = PointerSize; size > 0; size >>= 1)
        {
            for (var i = 0; i < fields.Length; i++)
            {
                if (fields[i].IsPrimitive && fields[i].Size == size)
                {
                    offsets[i] = end;
                    end += size;
                    alignment = PointerSize;
                }
            }
        }

        for (var i = 0; i < fields.Length; i++)
        {
            if (!fields[i].IsPrimitive)
            {
                end = AlignUp(end, fields[i].Alignment);
                offsets[i] = end;
                end += fields[i].Size;
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

        return new UnmanagedLayout(AlignUp(end, alignment), alignment);
    }

    private static int AlignUp(int value, int alignment) => (value + alignment - 1) & -alignment;
}
