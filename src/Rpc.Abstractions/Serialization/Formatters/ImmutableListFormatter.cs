using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ImmutableList{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ImmutableListFormatter<T> : SequenceFormatter<ImmutableList<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ImmutableListFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ImmutableList<T> value)
    {
        var start = writer.BeginCollection();
        var count = 0;
        foreach (var item in value)
        {
            Element.Write(ref writer, in item);
            count++;
        }

        writer.EndCollection(start, count);
    }

    private protected override ImmutableList<T> Read(ref PayloadReader reader, int length) =>
        ImmutableList.Create(Element.ReadArray(ref reader, length));
}
