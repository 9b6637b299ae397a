using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>A formatter whose type the caller need not know.</summary>
internal abstract class PayloadProbe
{
    public static PayloadProbe Of<T>(Formatter<T> formatter) => new Typed<T>(formatter);

    /// <summary>The type that is written and read.</summary>
    public abstract Type Type { get; }

    public abstract object Formatter { get; }

    public abstract byte[] Write(object? value);

    public abstract object? Read(ReadOnlySpan<byte> payload, out int consumed);

    private sealed class Typed<T>(Formatter<T> formatter) : PayloadProbe
    {
        public override Type Type => typeof(T);

        public override object Formatter => formatter;

        public override byte[] Write(object? value)
        {
            var buffer = PayloadBuffer.Rent();
            var writer = new PayloadWriter(buffer);
            formatter.Serialize(ref writer, (T?)value);
            writer.Commit();
            var bytes = buffer.WrittenSpan.ToArray();
            buffer.Return();
            return bytes;
        }

        public override object? Read(ReadOnlySpan<byte> payload, out int consumed)
        {
            var reader = new PayloadReader(payload);
            var value = formatter.Deserialize(ref reader);
            consumed = reader.Consumed;
            return value;
        }
    }
}
