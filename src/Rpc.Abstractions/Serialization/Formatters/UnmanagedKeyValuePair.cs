namespace Rpc.Serialization.Formatters;

/// <summary>The raw form of a pair of unmanaged values, laid out sequentially.</summary>
internal sealed class UnmanagedKeyValuePair<TKey, TValue> : CompositeFormatter<KeyValuePair<TKey, TValue>>
{
    private readonly UnmanagedFormatter<TKey> _key;
    private readonly UnmanagedFormatter<TValue> _value;
    private readonly int _valueAt;

    public UnmanagedKeyValuePair(UnmanagedFormatter<TKey> key, UnmanagedFormatter<TValue> value)
        : base(UnmanagedLayout.Sequential([key.Layout, value.Layout], out var offsets))
    {
        _key = key;
        _value = value;
        _valueAt = offsets[1];

        // The runtime's offsets cannot be asked for, but of two sequential fields the size gives them away.
        CopyIfPossible([(0, key.Size, key.CopyPadding), (_valueAt, value.Size, value.CopyPadding)]);
    }

    protected override void WriteFields(Span<byte> destination, in KeyValuePair<TKey, TValue> value)
    {
        var key = value.Key;
        _key.Write(destination.Slice(0, _key.Size), in key);
        var item = value.Value;
        _value.Write(destination.Slice(_valueAt, _value.Size), in item);
    }

    protected override KeyValuePair<TKey, TValue> ReadFields(ReadOnlySpan<byte> source) => new(
        _key.Read(source.Slice(0, _key.Size)),
        _value.Read(source.Slice(_valueAt, _value.Size)));
}
