using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rpc.Serialization;

/// <summary>The raw form of a generic value type made of unmanaged fields: a copy where this process's memory is that of 64-bit .NET and each bit
/// pattern is a value, else field by field.</summary>
internal abstract class CompositeFormatter<T> : UnmanagedFormatter<T>
{
    private (int Offset, int Length)[]? _padding;

    protected CompositeFormatter(UnmanagedLayout layout)
        : base(layout)
    {
    }

    internal sealed override (int Offset, int Length)[]? CopyPadding => _padding;

    public sealed override void Write(Span<byte> destination, in T value)
    {
        if (_padding is null)
        {
            destination.Clear();
            WriteFields(destination, in value);
            return;
        }

        if (destination.Length < Unsafe.SizeOf<T>())
        {
            PayloadThrow.ShortSpan();
        }

        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(destination), value);
        foreach (var (offset, length) in _padding)
        {
            destination.Slice(offset, length).Clear();
        }
    }

    public sealed override T Read(ReadOnlySpan<byte> source)
    {
        if (_padding is null)
        {
            return ReadFields(source);
        }

        if (source.Length < Unsafe.SizeOf<T>())
        {
            PayloadThrow.ShortSpan();
        }

        return Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(source));
    }

    public sealed override void WriteAll(Span<byte> destination, ReadOnlySpan<T> values)
    {
        if (_padding is { Length: 0 })
        {
            var bytes = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(values)), values.Length * Size);
            bytes.CopyTo(destination);
        }
        else
        {
            base.WriteAll(destination, values);
        }
    }

    public sealed override void ReadAll(ReadOnlySpan<byte> source, Span<T> values)
    {
        if (_padding is not null)
        {
            source.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(values)), values.Length * Size));
        }
        else
        {
            base.ReadAll(source, values);
        }
    }

    /// <summary>Writes the fields into a raw form that is all zero.</summary>
    protected abstract void WriteFields(Span<byte> destination, in T value);

    protected abstract T ReadFields(ReadOnlySpan<byte> source);

    /// <summary>Says that a copy is right, provided that each field's formatter copies and the runtime's size is that of the raw form. The
    /// caller has compared the offsets.</summary>
    /// <param name="fields">The offset, size and padding of each field, the latter null for one that is not copied.</param>
    protected void CopyIfPossible(ReadOnlySpan<(int Offset, int Size, (int Offset, int Length)[]? Padding)> fields)
    {
        if (Unsafe.SizeOf<T>() != Size || IntPtr.Size != sizeof(long))
        {
            return;
        }

        var used = new bool[Size];
        foreach (var (offset, size, padding) in fields)
        {
            if (padding is null)
            {
                return;
            }

            used.AsSpan(offset, size).Fill(true);
            foreach (var (start, length) in padding)
            {
                used.AsSpan(offset + start, length).Clear();
            }
        }

        _padding = Gaps(used);
    }

    private static (int Offset, int Length)[] Gaps(bool[] used)
    {
        var gaps = new List<(int, int)>();
        for (var i = 0; i < used.Length; i++)
        {
            var start = i;
            while (i < used.Length && !used[i])
            {
                i++;
            }

            if (i > start)
            {
                gaps.Add((start, i - start));
            }
        }

        return gaps.ToArray();
    }
}
