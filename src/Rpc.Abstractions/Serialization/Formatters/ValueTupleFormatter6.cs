namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of value tuples of 6 items: memory, in the CLR's automatic layout, when no item holds a reference, else one item after another.</summary>
/// <typeparam name="T1">The first item.</typeparam>
/// <typeparam name="T2">The second item.</typeparam>
/// <typeparam name="T3">The third item.</typeparam>
/// <typeparam name="T4">The fourth item.</typeparam>
/// <typeparam name="T5">The fifth item.</typeparam>
/// <typeparam name="T6">The sixth item.</typeparam>
public sealed class ValueTupleFormatter<T1, T2, T3, T4, T5, T6> : Formatter<ValueTuple<T1, T2, T3, T4, T5, T6>>
{
    private readonly Formatter<T1> _item1;
    private readonly Formatter<T2> _item2;
    private readonly Formatter<T3> _item3;
    private readonly Formatter<T4> _item4;
    private readonly Formatter<T5> _item5;
    private readonly Formatter<T6> _item6;
    private readonly UnmanagedFormatter<ValueTuple<T1, T2, T3, T4, T5, T6>>? _unmanaged;

    /// <summary>Creates the formatter.</summary>
    /// <param name="item1">The formatter of the first item.</param>
    /// <param name="item2">The formatter of the second item.</param>
    /// <param name="item3">The formatter of the third item.</param>
    /// <param name="item4">The formatter of the fourth item.</param>
    /// <param name="item5">The formatter of the fifth item.</param>
    /// <param name="item6">The formatter of the sixth item.</param>
    public ValueTupleFormatter(
        Formatter<T1> item1,
        Formatter<T2> item2,
        Formatter<T3> item3,
        Formatter<T4> item4,
        Formatter<T5> item5,
        Formatter<T6> item6)
    {
        _item1 = item1;
        _item2 = item2;
        _item3 = item3;
        _item4 = item4;
        _item5 = item5;
        _item6 = item6;
        if (item1.Unmanaged is { } rawItem1
            && item2.Unmanaged is { } rawItem2
            && item3.Unmanaged is { } rawItem3
            && item4.Unmanaged is { } rawItem4
            && item5.Unmanaged is { } rawItem5
            && item6.Unmanaged is { } rawItem6)
        {
            _unmanaged = new UnmanagedValueTuple<T1, T2, T3, T4, T5, T6>(rawItem1, rawItem2, rawItem3, rawItem4, rawItem5, rawItem6);
        }

        MinSize = _unmanaged?.Size ?? item1.MinSize + item2.MinSize + item3.MinSize + item4.MinSize + item5.MinSize + item6.MinSize;
    }

    /// <inheritdoc/>
    public override int MinSize { get; }

    /// <inheritdoc/>
    public override UnmanagedFormatter<ValueTuple<T1, T2, T3, T4, T5, T6>>? Unmanaged => _unmanaged;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in ValueTuple<T1, T2, T3, T4, T5, T6> value)
    {
        if (_unmanaged is not null)
        {
            _unmanaged.Serialize(ref writer, in value);
            return;
        }

        _item1.Serialize(ref writer, in value.Item1!);
        _item2.Serialize(ref writer, in value.Item2!);
        _item3.Serialize(ref writer, in value.Item3!);
        _item4.Serialize(ref writer, in value.Item4!);
        _item5.Serialize(ref writer, in value.Item5!);
        _item6.Serialize(ref writer, in value.Item6!);
    }

    /// <inheritdoc/>
    public override ValueTuple<T1, T2, T3, T4, T5, T6> Deserialize(ref PayloadReader reader) => _unmanaged is not null
        ? _unmanaged.Deserialize(ref reader)
        : new ValueTuple<T1, T2, T3, T4, T5, T6>(
            _item1.Deserialize(ref reader)!,
            _item2.Deserialize(ref reader)!,
            _item3.Deserialize(ref reader)!,
            _item4.Deserialize(ref reader)!,
            _item5.Deserialize(ref reader)!,
            _item6.Deserialize(ref reader)!);
}
