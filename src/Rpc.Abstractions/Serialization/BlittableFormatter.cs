using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rpc.Serialization;

/// <summary>The raw form of a type whose memory in this process is that of 64-bit .NET and each bit pattern of which is a value: a straight copy.</summary>
/// <typeparam name="T">The type: no booleans, dates or decimals inside (their bits are checked), no <c>Auto</c> layout, no native integers.</typeparam>
public sealed class BlittableFormatter<T> : UnmanagedFormatter<T>
    where T : unmanaged
{
    private readonly (int Offset, int Length)[] _padding;

    /// <summary>Creates the formatter of a type without padding.</summary>
    /// <param name="size">The bytes that a value takes.</param>
    /// <param name="alignment">The alignment in sequential structs: 1, 2, 4, 8 or 16.</param>
    /// <exception cref="PlatformNotSupportedException">This runtime lays the type out differently.</exception>
    public BlittableFormatter(int size, int alignment)
        : this(new UnmanagedLayout(size, alignment), [])
    {
    }

    /// <summary>Creates the formatter of a type with padding, which is zeroed after the copy.</summary>
    /// <param name="size">The bytes that a value takes, padding included.</param>
    /// <param name="alignment">The alignment in sequential structs: 1, 2, 4, 8 or 16.</param>
    /// <param name="padding">The ranges of bytes that belong to no field.</param>
    /// <exception cref="PlatformNotSupportedException">This runtime lays the type out differently.</exception>
    public BlittableFormatter(int size, int alignment, params (int Offset, int Length)[] padding)
        : this(new UnmanagedLayout(size, alignment), padding)
    {
    }

    internal BlittableFormatter(UnmanagedLayout layout, (int Offset, int Length)[] padding)
        : base(layout)
    {
        if (!Fits(layout.Size))
        {
            throw new PlatformNotSupportedException(
                $"{typeof(T)} takes {Unsafe.SizeOf<T>()} bytes here, and {layout.Size} in payloads.");
        }

        foreach (var (offset, length) in padding)
        {
            if (offset < 0 || length < 0 || offset > layout.Size - length)
            {
                throw new ArgumentOutOfRangeException(nameof(padding));
            }
        }

        _padding = padding;
    }

    internal override (int Offset, int Length)[]? CopyPadding => _padding;

    /// <summary>Tells whether this runtime gives the type a size.</summary>
    /// <param name="size">The bytes that a value takes on 64-bit .NET.</param>
    /// <returns>True when a copy is right.</returns>
    public static bool Fits(int size) => Unsafe.SizeOf<T>() == size;

    /// <inheritdoc/>
    public override void Write(Span<byte> destination, in T value)
    {
        if (destination.Length < Unsafe.SizeOf<T>())
        {
            PayloadThrow.ShortSpan();
        }

        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(destination), value);
        ClearPadding(destination);
    }

    /// <inheritdoc/>
    public override T Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < Unsafe.SizeOf<T>())
        {
            PayloadThrow.ShortSpan();
        }

        return Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(source));
    }

    /// <inheritdoc/>
    public override void WriteAll(Span<byte> destination, ReadOnlySpan<T> values)
    {
        MemoryMarshal.AsBytes(values).CopyTo(destination);
        if (_padding.Length > 0)
        {
            for (var i = 0; i < values.Length; i++)
            {
                ClearPadding(destination.Slice(i * Unsafe.SizeOf<T>()));
            }
        }
    }

    /// <inheritdoc/>
    public override void ReadAll(ReadOnlySpan<byte> source, Span<T> values) => source.CopyTo(MemoryMarshal.AsBytes(values));

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in T value)
    {
        writer.WriteUnmanaged(value);
        if (_padding.Length > 0)
        {
            ClearPadding(writer.Last(Unsafe.SizeOf<T>()));
        }
    }

    /// <inheritdoc/>
    public override T Deserialize(ref PayloadReader reader) => reader.ReadUnmanaged<T>();

    private void ClearPadding(Span<byte> bytes)
    {
        foreach (var (offset, length) in _padding)
        {
            bytes.Slice(offset, length).Clear();
        }
    }
}
