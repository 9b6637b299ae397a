namespace Rpc.Serialization.Formatters;

/// <summary>The raw form of a nullable unmanaged value: a byte, 0 for null, padding, the value. Of null the rest is zero, and ignored on reading.</summary>
internal sealed class UnmanagedNullable<T> : UnmanagedFormatter<T?>
    where T : struct
{
    private static readonly UnmanagedLayout s_hasValue = new(1, 1, IsPrimitive: true);

    private readonly UnmanagedFormatter<T> _value;
    private readonly int _valueAt;

    public UnmanagedNullable(UnmanagedFormatter<T> value)
        : base(UnmanagedLayout.Sequential([s_hasValue, value.Layout], out var offsets))
    {
        _value = value;
        _valueAt = offsets[1];
    }

    public override void Write(Span<byte> destination, in T? value)
    {
        destination.Clear();
        if (value.HasValue)
        {
            destination[0] = 1;
            var present = value.GetValueOrDefault();
            _value.Write(destination.Slice(_valueAt, _value.Size), in present);
        }
    }

    public override T? Read(ReadOnlySpan<byte> source) =>
        source[0] == 0 ? null : _value.Read(source.Slice(_valueAt, _value.Size));
}
