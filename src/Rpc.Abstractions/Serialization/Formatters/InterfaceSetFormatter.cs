namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ISet{T}"/>: any implementation is written in the order of enumeration, and read as a <see cref="HashSet{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class InterfaceSetFormatter<T> : SequenceFormatter<ISet<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceSetFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ISet<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override ISet<T> Read(ref PayloadReader reader, int length)
    {
        var set = new HashSet<T>(length);
        for (var i = 0; i < length; i++)
        {
            set.Add(Element.Read(ref reader));
        }

        return set;
    }
}
