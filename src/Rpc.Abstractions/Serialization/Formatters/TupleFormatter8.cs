namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <c>System.Tuple</c> of 8 items: an object of 8 members.</summary>
/// <typeparam name="T1">The first item.</typeparam>
/// <typeparam name="T2">The second item.</typeparam>
/// <typeparam name="T3">The third item.</typeparam>
/// <typeparam name="T4">The fourth item.</typeparam>
/// <typeparam name="T5">The fifth item.</typeparam>
/// <typeparam name="T6">The sixth item.</typeparam>
/// <typeparam name="T7">The seventh item.</typeparam>
/// <typeparam name="TRest">The tuple of the remaining items.</typeparam>
public sealed class TupleFormatter<T1, T2, T3, T4, T5, T6, T7, TRest> : Formatter<Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>>
    where TRest : notnull
{
    private readonly Formatter<T1> _item1;
    private readonly Formatter<T2> _item2;
    private readonly Formatter<T3> _item3;
    private readonly Formatter<T4> _item4;
    private readonly Formatter<T5> _item5;
    private readonly Formatter<T6> _item6;
    private readonly Formatter<T7> _item7;
    private readonly Formatter<TRest> _rest;

    /// <summary>Creates the formatter.</summary>
    /// <param name="item1">The formatter of the first item.</param>
    /// <param name="item2">The formatter of the second item.</param>
    /// <param name="item3">The formatter of the third item.</param>
    /// <param name="item4">The formatter of the fourth item.</param>
    /// <param name="item5">The formatter of the fifth item.</param>
    /// <param name="item6">The formatter of the sixth item.</param>
    /// <param name="item7">The formatter of the seventh item.</param>
    /// <param name="rest">The formatter of the tuple of the remaining items.</param>
    public TupleFormatter(
        Formatter<T1> item1,
        Formatter<T2> item2,
        Formatter<T3> item3,
        Formatter<T4> item4,
        Formatter<T5> item5,
        Formatter<T6> item6,
        Formatter<T7> item7,
        Formatter<TRest> rest)
    {
        _item1 = item1;
        _item2 = item2;
        _item3 = item3;
        _item4 = item4;
        _item5 = item5;
        _item6 = item6;
        _item7 = item7;
        _rest = rest;
    }

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        writer.WriteObjectHeader(8);
        var item1 = value.Item1;
        _item1.Serialize(ref writer, in item1!);
        var item2 = value.Item2;
        _item2.Serialize(ref writer, in item2!);
        var item3 = value.Item3;
        _item3.Serialize(ref writer, in item3!);
        var item4 = value.Item4;
        _item4.Serialize(ref writer, in item4!);
        var item5 = value.Item5;
        _item5.Serialize(ref writer, in item5!);
        var item6 = value.Item6;
        _item6.Serialize(ref writer, in item6!);
        var item7 = value.Item7;
        _item7.Serialize(ref writer, in item7!);
        var rest = value.Rest;
        _rest.Serialize(ref writer, in rest!);
    }

    /// <inheritdoc/>
    public override Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, 8);
        try
        {
            return new Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>(
                _item1.Deserialize(ref reader)!,
                _item2.Deserialize(ref reader)!,
                _item3.Deserialize(ref reader)!,
                _item4.Deserialize(ref reader)!,
                _item5.Deserialize(ref reader)!,
                _item6.Deserialize(ref reader)!,
                _item7.Deserialize(ref reader)!,
                _rest.Deserialize(ref reader)!);
        }
        catch (ArgumentException e)
        {
            // The rest must be a tuple, and not null.
            throw PayloadThrow.Rejected(typeof(Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>), e);
        }
    }
}
