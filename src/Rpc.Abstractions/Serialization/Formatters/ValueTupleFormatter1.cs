namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of value tuples of 1 item: memory, in its own layout, when no item holds a reference, else one item after another.</summary>
/// <typeparam name="T1">The first item.</typeparam>
public sealed class ValueTupleFormatter<T1> : Formatter<ValueTuple<T1>>
{
    private readonly Formatter<T1> _item1;
    private readonly UnmanagedFormatter<ValueTuple<T1>>? _unmanaged;

    /// <summary>Creates the formatter.</summary>
    /// <param name="item1">The formatter of the first item.</param>
    public ValueTupleFormatter(Formatter<T1> item1)
    {
        _item1 = item1;
        if (item1.Unmanaged is { } rawItem1)
        {
            _unmanaged = new UnmanagedValueTuple<T1>(rawItem1);
        }

        MinSize = _unmanaged?.Size ?? item1.MinSize;
    }

    /// <inheritdoc/>
    public override int MinSize { get; }

    /// <inheritdoc/>
    public override UnmanagedFormatter<ValueTuple<T1>>? Unmanaged => _unmanaged;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in ValueTuple<T1> value)
    {
        if (_unmanaged is not null)
        {
            _unmanaged.Serialize(ref writer, in value);
            return;
        }

        _item1.Serialize(ref writer, in value.Item1!);
    }

    /// <inheritdoc/>
    public override ValueTuple<T1> Deserialize(ref PayloadReader reader) => _unmanaged is not null
        ? _unmanaged.Deserialize(ref reader)
        : new ValueTuple<T1>(
            _item1.Deserialize(ref reader)!);
}
