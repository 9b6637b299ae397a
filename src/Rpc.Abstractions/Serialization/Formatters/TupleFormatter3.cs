namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <c>System.Tuple</c> of 3 items: an object of 3 members.</summary>
/// <typeparam name="T1">The first item.</typeparam>
/// <typeparam name="T2">The second item.</typeparam>
/// <typeparam name="T3">The third item.</typeparam>
public sealed class TupleFormatter<T1, T2, T3> : Formatter<Tuple<T1, T2, T3>>
{
    private readonly Formatter<T1> _item1;
    private readonly Formatter<T2> _item2;
    private readonly Formatter<T3> _item3;

    /// <summary>Creates the formatter.</summary>
    /// <param name="item1">The formatter of the first item.</param>
    /// <param name="item2">The formatter of the second item.</param>
    /// <param name="item3">The formatter of the third item.</param>
    public TupleFormatter(Formatter<T1> item1, Formatter<T2> item2, Formatter<T3> item3)
    {
        _item1 = item1;
        _item2 = item2;
        _item3 = item3;
    }

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in Tuple<T1, T2, T3>? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        writer.WriteObjectHeader(3);
        var item1 = value.Item1;
        _item1.Serialize(ref writer, in item1!);
        var item2 = value.Item2;
        _item2.Serialize(ref writer, in item2!);
        var item3 = value.Item3;
        _item3.Serialize(ref writer, in item3!);
    }

    /// <inheritdoc/>
    public override Tuple<T1, T2, T3>? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, 3);
        return new Tuple<T1, T2, T3>(
            _item1.Deserialize(ref reader)!,
            _item2.Deserialize(ref reader)!,
            _item3.Deserialize(ref reader)!);
    }
}
