#if NET8_0_OR_GREATER
namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IReadOnlySet{T}"/>: any implementation is written in the order of enumeration, and read as a <see cref="HashSet{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class InterfaceReadOnlySetFormatter<T> : SequenceFormatter<IReadOnlySet<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceReadOnlySetFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, IReadOnlySet<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override IReadOnlySet<T> Read(ref PayloadReader reader, int length)
    {
        var set = new HashSet<T>(length);
        for (var i = 0; i < length; i++)
        {
            set.Add(Element.Read(ref reader));
        }

        return set;
    }
}
#endif
