#if NET8_0_OR_GREATER
using System.Runtime.InteropServices;
#endif
using System.Runtime.CompilerServices;
using Rpc.Buffers;

namespace Rpc.Serialization;

/// <summary>The elements of a collection: one block when they are unmanaged, else one after another.</summary>
internal readonly struct ElementFormatter<T>
{
    private readonly Formatter<T> _any;
    private readonly UnmanagedFormatter<T>? _raw;

    public ElementFormatter(Formatter<T> formatter)
    {
        _raw = formatter.Unmanaged;
        _any = _raw ?? formatter;

        // A formatter that claims 0 would let eight bytes ask for two billion elements.
        MinSize = Math.Max(formatter.MinSize, 1);
    }

    /// <summary>The fewest bytes that an element takes.</summary>
    public int MinSize { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ref PayloadWriter writer, in T item) => _any.Serialize(ref writer, in item!);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read(ref PayloadReader reader) => _any.Deserialize(ref reader)!;

    /// <summary>Writes the length and the elements.</summary>
    public void WriteCollection(ref PayloadWriter writer, ReadOnlySpan<T> items)
    {
        writer.WriteCollectionHeader(items.Length);
        WriteItems(ref writer, items);
    }

    /// <summary>Writes the elements without a length.</summary>
    public void WriteItems(ref PayloadWriter writer, ReadOnlySpan<T> items)
    {
        if (_raw is not null)
        {
            var size = (long)items.Length * _raw.Size;
            if (size > int.MaxValue)
            {
                throw new PayloadTooLargeException(size, int.MaxValue);
            }

            _raw.WriteAll(writer.GetSpan((int)size).Slice(0, (int)size), items);
            writer.Advance((int)size);
            return;
        }

        for (var i = 0; i < items.Length; i++)
        {
            _any.Serialize(ref writer, in items[i]!);
        }
    }

    /// <summary>Writes the length and the elements of something that can only be enumerated.</summary>
    public void WriteCollection(ref PayloadWriter writer, IEnumerable<T> items)
    {
        switch (items)
        {
            case T[] array:
                WriteCollection(ref writer, (ReadOnlySpan<T>)array);
                break;
            case List<T> list:
                WriteCollection(ref writer, list);
                break;
            default:
                var start = writer.BeginCollection();
                var count = 0;
                foreach (var item in items)
                {
                    Write(ref writer, in item);
                    count++;
                }

                writer.EndCollection(start, count);
                break;
        }
    }

    /// <summary>Writes the length and the elements of a list.</summary>
    public void WriteCollection(ref PayloadWriter writer, List<T> list)
    {
#if NET8_0_OR_GREATER
        WriteCollection(ref writer, CollectionsMarshal.AsSpan(list));
#else
        var count = list.Count;
        writer.WriteCollectionHeader(count);
        for (var i = 0; i < count; i++)
        {
            var item = list[i];
            Write(ref writer, in item);
        }
#endif
    }

    /// <summary>Reads elements; the caller has checked that so many can be there.</summary>
    public void ReadItems(ref PayloadReader reader, Span<T> items)
    {
        if (_raw is not null)
        {
            _raw.ReadAll(reader.ReadRaw(items.Length * _raw.Size), items);
            return;
        }

        for (var i = 0; i < items.Length; i++)
        {
            items[i] = _any.Deserialize(ref reader)!;
        }
    }

    /// <summary>Reads elements into a new array; the caller has checked that so many can be there.</summary>
    public T[] ReadArray(ref PayloadReader reader, int length)
    {
        if (length == 0)
        {
            return [];
        }

#if NET8_0_OR_GREATER
        var items = _raw is null ? new T[length] : GC.AllocateUninitializedArray<T>(length);
#else
        var items = new T[length];
#endif
        ReadItems(ref reader, items);
        return items;
    }

    /// <summary>Reads elements into a new list; the caller has checked that so many can be there.</summary>
    public List<T> ReadList(ref PayloadReader reader, int length)
    {
        var list = new List<T>(length);
#if NET8_0_OR_GREATER
        CollectionsMarshal.SetCount(list, length);
        ReadItems(ref reader, CollectionsMarshal.AsSpan(list));
#else
        for (var i = 0; i < length; i++)
        {
            list.Add(Read(ref reader));
        }
#endif
        return list;
    }
}
