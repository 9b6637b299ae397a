namespace Rpc.Serialization;

/// <summary>Writes and reads values that hold no reference, in the raw form: a fixed number of bytes, laid out as 64-bit .NET lays out its
/// memory. Padding is written as zero and ignored on reading.</summary>
/// <typeparam name="T">A value type without references.</typeparam>
/// <remarks>Derive from it for structs whose fields need more than a copy: booleans, dates, nested padded or <c>Auto</c> structs.
/// <see cref="BlittableFormatter{T}"/> is for all others.</remarks>
public abstract class UnmanagedFormatter<T> : Formatter<T>
{
    private readonly int _size;

    /// <summary>Creates the formatter.</summary>
    /// <param name="layout">The layout on 64-bit .NET, whatever it is on the platform that runs.</param>
    protected UnmanagedFormatter(UnmanagedLayout layout)
    {
        Layout = layout;
        _size = layout.Size;
    }

    /// <summary>The layout of the raw form.</summary>
    public UnmanagedLayout Layout { get; }

    /// <summary>The bytes that a value takes.</summary>
    public int Size => _size;

    /// <inheritdoc/>
    public sealed override int MinSize => _size;

    /// <inheritdoc/>
    public sealed override UnmanagedFormatter<T>? Unmanaged => this;

    /// <summary>The padding of a type whose memory in this process is its raw form and each bit pattern of which is a value; null for all others.</summary>
    internal virtual (int Offset, int Length)[]? CopyPadding => null;

    /// <summary>Writes a value's raw form.</summary>
    /// <param name="destination">Exactly <see cref="Size"/> bytes with any content; all of them must be set, padding to zero.</param>
    /// <param name="value">The value.</param>
    public abstract void Write(Span<byte> destination, in T value);

    /// <summary>Reads a value's raw form.</summary>
    /// <param name="source">Exactly <see cref="Size"/> bytes; padding may hold anything.</param>
    /// <returns>The value.</returns>
    /// <exception cref="PayloadException">The bytes are no value of the type.</exception>
    public abstract T Read(ReadOnlySpan<byte> source);

    /// <summary>Writes values one after another.</summary>
    /// <param name="destination">Exactly <see cref="Size"/> bytes a value.</param>
    /// <param name="values">The values.</param>
    public virtual void WriteAll(Span<byte> destination, ReadOnlySpan<T> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Write(destination.Slice(i * _size, _size), in values[i]);
        }
    }

    /// <summary>Reads values that stand one after another.</summary>
    /// <param name="source">Exactly <see cref="Size"/> bytes a value.</param>
    /// <param name="values">Receives the values.</param>
    /// <exception cref="PayloadException">The bytes are no values of the type.</exception>
    public virtual void ReadAll(ReadOnlySpan<byte> source, Span<T> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Read(source.Slice(i * _size, _size));
        }
    }

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in T? value)
    {
        Write(writer.GetSpan(_size).Slice(0, _size), in value!);
        writer.Advance(_size);
    }

    /// <inheritdoc/>
    public override T? Deserialize(ref PayloadReader reader) => Read(reader.ReadRaw(_size));
}
