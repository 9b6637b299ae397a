using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ImmutableStack{T}"/>: from the bottom to the top.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ImmutableStackFormatter<T> : SequenceFormatter<ImmutableStack<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ImmutableStackFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ImmutableStack<T> value)
    {
        // Enumeration goes from the top, the format from the bottom.
        var items = value.ToArray();
        Array.Reverse(items);
        Element.WriteCollection(ref writer, (ReadOnlySpan<T>)items);
    }

    private protected override ImmutableStack<T> Read(ref PayloadReader reader, int length) =>
        ImmutableStack.Create(Element.ReadArray(ref reader, length));
}
