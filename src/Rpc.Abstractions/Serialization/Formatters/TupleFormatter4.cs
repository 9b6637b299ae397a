namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <c>System.Tuple</c> of 4 items: an object of 4 members.</summary>
/// <typeparam name="T1">The first item.</typeparam>
/// <typeparam name="T2">The second item.</typeparam>
/// <typeparam name="T3">The third item.</typeparam>
/// <typeparam name="T4">The fourth item.</typeparam>
public sealed class TupleFormatter<T1, T2, T3, T4> : Formatter<Tuple<T1, T2, T3, T4>>
{
    private readonly Formatter<T1> _item1;
    private readonly Formatter<T2> _item2;
    private readonly Formatter<T3> _item3;
    private readonly Formatter<T4> _item4;

    /// <summary>Creates the formatter.</summary>
    /// <param name="item1">The formatter of the first item.</param>
    /// <param name="item2">The formatter of the second item.</param>
    /// <param name="item3">The formatter of the third item.</param>
    /// <param name="item4">The formatter of the fourth item.</param>
    public TupleFormatter(
        Formatter<T1> item1,
        Formatter<T2> item2,
        Formatter<T3> item3,
        Formatter<T4> item4)
    {
        _item1 = item1;
        _item2 = item2;
        _item3 = item3;
        _item4 = item4;
    }

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in Tuple<T1, T2, T3, T4>? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        writer.WriteObjectHeader(4);
        var item1 = value.Item1;
        _item1.Serialize(ref writer, in item1!);
        var item2 = value.Item2;
        _item2.Serialize(ref writer, in item2!);
        var item3 = value.Item3;
        _item3.Serialize(ref writer, in item3!);
        var item4 = value.Item4;
        _item4.Serialize(ref writer, in item4!);
    }

    /// <inheritdoc/>
    public override Tuple<T1, T2, T3, T4>? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, 4);
        return new Tuple<T1, T2, T3, T4>(
            _item1.Deserialize(ref reader)!,
            _item2.Deserialize(ref reader)!,
            _item3.Deserialize(ref reader)!,
            _item4.Deserialize(ref reader)!);
    }
}
