namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IntPtr"/>: 8 bytes on every platform; a value that does not fit the platform's is an error.</summary>
public sealed class IntPtrFormatter : UnmanagedFormatter<nint>
{
    private IntPtrFormatter()
        : base(new UnmanagedLayout(sizeof(long), sizeof(long), IsPrimitive: true))
    {
    }

    /// <summary>The one instance.</summary>
    public static IntPtrFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override void Write(Span<byte> destination, in nint value) => RawValue.Write(destination, 0, (long)value);

    /// <inheritdoc/>
    public override nint Read(ReadOnlySpan<byte> source)
    {
        var value = RawValue.Read<long>(source, 0);
        var native = unchecked((nint)value);
        if (native != value)
        {
            PayloadThrow.InvalidValue(typeof(nint));
        }

        return native;
    }
}
