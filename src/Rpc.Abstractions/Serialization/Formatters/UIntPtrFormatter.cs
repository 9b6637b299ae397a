namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="UIntPtr"/>: 8 bytes on every platform; a value that does not fit the platform's is an error.</summary>
public sealed class UIntPtrFormatter : UnmanagedFormatter<nuint>
{
    private UIntPtrFormatter()
        : base(new UnmanagedLayout(sizeof(ulong), sizeof(ulong), IsPrimitive: true))
    {
    }

    /// <summary>The one instance.</summary>
    public static UIntPtrFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override void Write(Span<byte> destination, in nuint value) => RawValue.Write(destination, 0, (ulong)value);

    /// <inheritdoc/>
    public override nuint Read(ReadOnlySpan<byte> source)
    {
        var value = RawValue.Read<ulong>(source, 0);
        var native = unchecked((nuint)value);
        if (native != value)
        {
            PayloadThrow.InvalidValue(typeof(nuint));
        }

        return native;
    }
}
