namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <c>System.Tuple</c> of 1 item: an object of 1 member.</summary>
/// <typeparam name="T1">The first item.</typeparam>
public sealed class TupleFormatter<T1> : Formatter<Tuple<T1>>
{
    private readonly Formatter<T1> _item1;

    /// <summary>Creates the formatter.</summary>
    /// <param name="item1">The formatter of the first item.</param>
    public TupleFormatter(Formatter<T1> item1)
    {
        _item1 = item1;
    }

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in Tuple<T1>? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        writer.WriteObjectHeader(1);
        var item1 = value.Item1;
        _item1.Serialize(ref writer, in item1!);
    }

    /// <inheritdoc/>
    public override Tuple<T1>? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, 1);
        return new Tuple<T1>(
            _item1.Deserialize(ref reader)!);
    }
}
