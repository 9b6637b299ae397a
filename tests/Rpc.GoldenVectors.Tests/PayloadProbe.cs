using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.GoldenVectors.Tests;

/// <summary>The generated formatter of a type that the caller need not know.</summary>
internal abstract class PayloadProbe
{
    /// <summary>The formatter that generated code registered.</summary>
    public static PayloadProbe Of<T>() => new Typed<T>();

    /// <summary>The type.</summary>
    public abstract Type Type { get; }

    /// <summary>Writes a value as a payload.</summary>
    public abstract byte[] Write(object? value);

    /// <summary>Reads the value at the start of a payload.</summary>
    public abstract object? Read(ReadOnlySpan<byte> payload, out int consumed);

    private sealed class Typed<T> : PayloadProbe
    {
        private static Formatter<T> Formatter => FormatterCache<T>.Instance ?? throw new InvalidOperationException($"{typeof(T)} has no formatter.");

        public override Type Type => typeof(T);

        public override byte[] Write(object? value)
        {
            var buffer = PayloadBuffer.Rent();
            try
            {
                var writer = new PayloadWriter(buffer);
                Formatter.Serialize(ref writer, (T?)value);
                writer.Commit();
                return buffer.WrittenSpan.ToArray();
            }
            finally
            {
                buffer.Return();
            }
        }

        public override object? Read(ReadOnlySpan<byte> payload, out int consumed)
        {
            var reader = new PayloadReader(payload);
            var value = Formatter.Deserialize(ref reader);
            consumed = reader.Consumed;
            return value;
        }
    }
}
