namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <c>System.Tuple</c> of 2 items: an object of 2 members.</summary>
/// <typeparam name="T1">The first item.</typeparam>
/// <typeparam name="T2">The second item.</typeparam>
public sealed class TupleFormatter<T1, T2> : Formatter<Tuple<T1, T2>>
{
    private readonly Formatter<T1> _item1;
    private readonly Formatter<T2> _item2;

    /// <summary>Creates the formatter.</summary>
    /// <param name="item1">The formatter of the first item.</param>
    /// <param name="item2">The formatter of the second item.</param>
    public TupleFormatter(Formatter<T1> item1, Formatter<T2> item2)
    {
        _item1 = item1;
        _item2 = item2;
    }

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in Tuple<T1, T2>? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        writer.WriteObjectHeader(2);
        var item1 = value.Item1;
        _item1.Serialize(ref writer, in item1!);
        var item2 = value.Item2;
        _item2.Serialize(ref writer, in item2!);
    }

    /// <inheritdoc/>
    public override Tuple<T1, T2>? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, 2);
        return new Tuple<T1, T2>(
            _item1.Deserialize(ref reader)!,
            _item2.Deserialize(ref reader)!);
    }
}
