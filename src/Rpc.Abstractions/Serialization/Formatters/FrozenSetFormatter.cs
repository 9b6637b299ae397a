#if NET8_0_OR_GREATER
using System.Collections.Frozen;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="FrozenSet{T}"/>. An element that stands twice is taken once.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class FrozenSetFormatter<T> : SequenceFormatter<FrozenSet<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public FrozenSetFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, FrozenSet<T> value)
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

    private protected override FrozenSet<T> Read(ref PayloadReader reader, int length) =>
        Element.ReadArray(ref reader, length).ToFrozenSet();
}
#endif
