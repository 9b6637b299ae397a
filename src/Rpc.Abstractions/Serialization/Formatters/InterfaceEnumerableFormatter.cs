namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IEnumerable{T}"/>: any implementation is written in the order of enumeration, and read as an array.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class InterfaceEnumerableFormatter<T> : SequenceFormatter<IEnumerable<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceEnumerableFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, IEnumerable<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override IEnumerable<T> Read(ref PayloadReader reader, int length) =>
        Element.ReadArray(ref reader, length);
}
