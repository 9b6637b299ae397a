namespace Rpc.Serialization.Formatters;

/// <summary>What arrays of several dimensions have before their elements.</summary>
internal static class MultiDimensional
{
    /// <summary>The longest that an array may be, <c>Array.MaxLength</c>: beyond it even an array without elements cannot be created.</summary>
    private const int MaxLength = 0x7FFF_FFC7;

    public static void WriteHeader(ref PayloadWriter writer, Array array, int rank)
    {
        writer.WriteObjectHeader((byte)(rank + 1));
        for (var i = 0; i < rank; i++)
        {
            writer.WriteUnmanaged(array.GetLength(i));
        }

        writer.WriteCollectionHeader(array.Length);
    }

    /// <summary>Reads the lengths and checks them against the count of elements, and that against the bytes left.</summary>
    /// <returns>False for null.</returns>
    public static bool TryReadHeader(ref PayloadReader reader, scoped Span<int> dimensions, int minElementSize)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return false;
        }

        PayloadThrow.UnlessMemberCount(count, dimensions.Length + 1);

        // Multiplied one by one and never beyond the longest array, so that no product can overflow, not even on the way to a dimension of 0.
        var product = 1L;
        foreach (ref var dimension in dimensions)
        {
            dimension = reader.ReadUnmanaged<int>();
            product *= dimension;
            if ((uint)dimension > MaxLength || product > MaxLength)
            {
                PayloadThrow.BadLength(dimension, reader.Remaining);
            }
        }

        if (!reader.TryReadCollectionHeader(minElementSize, out var total) || total != product)
        {
            PayloadThrow.Invalid($"An array of {product} elements says that it has {total}.");
        }

        return true;
    }
}
