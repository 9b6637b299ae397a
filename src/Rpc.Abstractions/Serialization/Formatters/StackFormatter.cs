namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Stack{T}"/>: from the bottom to the top.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class StackFormatter<T> : SequenceFormatter<Stack<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public StackFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, Stack<T> value)
    {
        // Enumeration goes from the top, the format from the bottom.
        var items = value.ToArray();
        Array.Reverse(items);
        Element.WriteCollection(ref writer, (ReadOnlySpan<T>)items);
    }

    private protected override Stack<T> Read(ref PayloadReader reader, int length)
    {
        var stack = new Stack<T>(length);
        for (var i = 0; i < length; i++)
        {
            stack.Push(Element.Read(ref reader));
        }

        return stack;
    }
}
