using System.Buffers;
using System.Collections;
using System.Runtime.InteropServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="BitArray"/>: an object of the bit count, i32, and an array of i32 words, the lowest bit first.</summary>
/// <remarks>The bytes are those that MemoryPack writes on .NET 8 and 9; on .NET 10 it writes memory that is not the array's.</remarks>
public sealed class BitArrayFormatter : Formatter<BitArray>
{
    private const int MemberCount = 2;
    private const int BitsPerWord = 32;

    private BitArrayFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static BitArrayFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in BitArray? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        var count = WordCount(value.Length);
        writer.WriteObjectHeader(MemberCount);
        writer.WriteUnmanaged(value.Length);
        writer.WriteCollectionHeader(count);
        var words = ArrayPool<int>.Shared.Rent(count);
        value.CopyTo(words, 0);
        var unused = (count * BitsPerWord) - value.Length;
        if (unused > 0)
        {
            words[count - 1] &= (int)(uint.MaxValue >> unused);
        }

        writer.WriteRaw(MemoryMarshal.AsBytes(words.AsSpan(0, count)));
        ArrayPool<int>.Shared.Return(words);
    }

    /// <inheritdoc/>
    public override BitArray? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var memberCount))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(memberCount, MemberCount);
        var length = reader.ReadUnmanaged<int>();
        reader.TryReadCollectionHeader(sizeof(int), out var count);
        if (length < 0 || count != WordCount(length))
        {
            PayloadThrow.Invalid($"A bit array of {length} bits says that it has {count} words.");
        }

        var words = new int[count];
        reader.ReadRaw(count * sizeof(int)).CopyTo(MemoryMarshal.AsBytes(words.AsSpan()));
        return new BitArray(words) { Length = length };
    }

    private static int WordCount(int bits) => (int)(((long)bits + BitsPerWord - 1) / BitsPerWord);
}
