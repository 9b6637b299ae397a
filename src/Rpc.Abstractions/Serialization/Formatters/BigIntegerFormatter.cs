using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="BigInteger"/>: a byte array of the two's complement, the lowest byte first. Null and empty are read as 0.</summary>
public sealed class BigIntegerFormatter : Formatter<BigInteger>
{
    private BigIntegerFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static BigIntegerFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in BigInteger value)
    {
        var size = value.GetByteCount();
        writer.WriteCollectionHeader(size);
        value.TryWriteBytes(writer.GetSpan(size), out var written);
        writer.Advance(written);
    }

    /// <inheritdoc/>
    public override BigInteger Deserialize(ref PayloadReader reader) =>
        reader.TryReadCollectionHeader(1, out var length) ? new BigInteger(reader.ReadRaw(length)) : BigInteger.Zero;
}
