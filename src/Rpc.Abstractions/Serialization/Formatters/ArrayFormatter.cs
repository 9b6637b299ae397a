namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of arrays: the length and the elements, one block when they are unmanaged.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ArrayFormatter<T> : SequenceFormatter<T[], T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ArrayFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, T[] value) =>
        Element.WriteCollection(ref writer, (ReadOnlySpan<T>)value);

    private protected override T[] Read(ref PayloadReader reader, int length) =>
        Element.ReadArray(ref reader, length);
}
