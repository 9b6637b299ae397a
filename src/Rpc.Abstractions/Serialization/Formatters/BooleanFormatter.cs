using System.Runtime.InteropServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="bool"/>: one byte, 0 or 1; every byte but 0 is read as true.</summary>
public sealed class BooleanFormatter : UnmanagedFormatter<bool>
{
    private BooleanFormatter()
        : base(new UnmanagedLayout(1, 1, IsPrimitive: true))
    {
    }

    /// <summary>The one instance.</summary>
    public static BooleanFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override void Write(Span<byte> destination, in bool value) => RawValue.WriteBoolean(destination, 0, value);

    /// <inheritdoc/>
    public override bool Read(ReadOnlySpan<byte> source) => RawValue.ReadBoolean(source, 0);

    /// <inheritdoc/>
    public override void WriteAll(Span<byte> destination, ReadOnlySpan<bool> values) => MemoryMarshal.AsBytes(values).CopyTo(destination);

    /// <inheritdoc/>
    public override void ReadAll(ReadOnlySpan<byte> source, Span<bool> values)
    {
        var bytes = MemoryMarshal.AsBytes(values);
        source.CopyTo(bytes);
#if NET8_0_OR_GREATER
        if (!bytes.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            return;
        }
#endif
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = bytes[i] == 0 ? (byte)0 : (byte)1;
        }
    }
}
