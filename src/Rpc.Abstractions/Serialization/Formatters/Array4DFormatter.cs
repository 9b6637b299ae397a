using System.Runtime.InteropServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of arrays of 4 dimensions: an object of the 4 lengths, i32 each, and the collection of all elements, the last dimension first.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class Array4DFormatter<T> : Formatter<T[,,,]>
{
    private const int Rank = 4;

    private readonly ElementFormatter<T> _element;

    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public Array4DFormatter(Formatter<T> element) => _element = new ElementFormatter<T>(element);

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in T[,,,]? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        MultiDimensional.WriteHeader(ref writer, value, Rank);
        if (value.Length > 0 && typeof(T).IsValueType)
        {
            _element.WriteItems(ref writer, MemoryMarshal.CreateReadOnlySpan(ref value[0, 0, 0, 0], value.Length));
            return;
        }

        // An array of a derived class has no span of T.
        foreach (var item in value)
        {
            _element.Write(ref writer, in item);
        }
    }

    /// <inheritdoc/>
    public override T[,,,]? Deserialize(ref PayloadReader reader)
    {
        Span<int> dimensions = stackalloc int[Rank];
        if (!MultiDimensional.TryReadHeader(ref reader, dimensions, _element.MinSize))
        {
            return null;
        }

        var value = new T[dimensions[0], dimensions[1], dimensions[2], dimensions[3]];
        if (value.Length > 0)
        {
            _element.ReadItems(ref reader, MemoryMarshal.CreateSpan(ref value[0, 0, 0, 0], value.Length));
        }

        return value;
    }
}
