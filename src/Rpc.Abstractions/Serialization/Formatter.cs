namespace Rpc.Serialization;

/// <summary>Writes and reads values of one type in the MemoryPack format.</summary>
/// <typeparam name="T">The static type, which alone decides the bytes.</typeparam>
/// <remarks>Formatters are stateless, immutable and safe for concurrent use; one instance serves the whole process.</remarks>
public abstract class Formatter<T>
{
    /// <summary>The fewest bytes that any value takes, at least 1. A collection's length is checked against the bytes left, divided by
    /// this, before anything is allocated.</summary>
    public abstract int MinSize { get; }

    /// <summary>The formatter of the raw form when <typeparamref name="T"/> holds no reference anywhere, and null otherwise.</summary>
    /// <remarks>It decides how the type is written inside others: arrays of such values are one block, and nullables, pairs and tuples of nothing
    /// but such values are laid out as memory, with padding.</remarks>
    public virtual UnmanagedFormatter<T>? Unmanaged => null;

    /// <summary>Appends a value.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="value">The value; may be null where the type allows it.</param>
    /// <exception cref="PayloadException">The value cannot be expressed: an unlisted case of a union, nesting beyond the limit, …</exception>
    public abstract void Serialize(ref PayloadWriter writer, in T? value);

    /// <summary>Reads a value.</summary>
    /// <param name="reader">Where from; left behind the value.</param>
    /// <returns>The value; null where the bytes say so.</returns>
    /// <exception cref="PayloadException">The bytes are malformed.</exception>
    public abstract T? Deserialize(ref PayloadReader reader);
}
