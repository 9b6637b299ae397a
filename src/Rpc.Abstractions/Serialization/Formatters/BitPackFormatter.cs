namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <c>bool[]</c> packed into bits: the count, i32, and an i32 word for each 32 of them, the lowest bit first.</summary>
public sealed class BitPackFormatter : Formatter<bool[]>
{
    private const int BitsPerWord = 32;

    private BitPackFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static BitPackFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in bool[]? value)
    {
        if (value is null)
        {
            writer.WriteNullCollectionHeader();
            return;
        }

        writer.WriteCollectionHeader(value.Length);
        for (var start = 0; start < value.Length; start += BitsPerWord)
        {
            var word = 0u;
            var count = Math.Min(BitsPerWord, value.Length - start);
            for (var i = 0; i < count; i++)
            {
                word |= value[start + i] ? 1u << i : 0;
            }

            writer.WriteUnmanaged(word);
        }
    }

    /// <inheritdoc/>
    public override bool[]? Deserialize(ref PayloadReader reader)
    {
        // The length counts bits, so the words that must be there are checked instead.
        var length = reader.ReadUnmanaged<int>();
        if (length == PayloadCode.NullCollection)
        {
            return null;
        }

        var size = ((long)length + BitsPerWord - 1) / BitsPerWord * sizeof(uint);
        if (length < 0 || size > reader.Remaining)
        {
            PayloadThrow.BadLength(length, reader.Remaining);
        }

        var words = reader.ReadRaw((int)size);
        var value = new bool[length];
        for (var i = 0; i < value.Length; i++)
        {
            value[i] = (words[i >> 3] & (1 << (i & 7))) != 0;
        }

        return value;
    }
}
