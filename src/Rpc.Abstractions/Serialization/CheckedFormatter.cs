using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rpc.Serialization;

/// <summary>The raw form of a type that is copied, and some bit patterns of which are no values: those end in a <see cref="PayloadException"/>
/// instead of a value that breaks later.</summary>
/// <typeparam name="T">The type.</typeparam>
public abstract class CheckedFormatter<T> : UnmanagedFormatter<T>
    where T : unmanaged
{
    private protected CheckedFormatter(int alignment)
        : base(new UnmanagedLayout(Unsafe.SizeOf<T>(), alignment))
    {
    }

    /// <inheritdoc/>
    public sealed override void Write(Span<byte> destination, in T value) => RawValue.Write(destination, 0, value);

    /// <inheritdoc/>
    public sealed override T Read(ReadOnlySpan<byte> source)
    {
        var value = RawValue.Read<T>(source, 0);
        if (!IsValid(in value))
        {
            PayloadThrow.InvalidValue(typeof(T));
        }

        return value;
    }

    /// <inheritdoc/>
    public sealed override void WriteAll(Span<byte> destination, ReadOnlySpan<T> values) => MemoryMarshal.AsBytes(values).CopyTo(destination);

    /// <inheritdoc/>
    public sealed override void ReadAll(ReadOnlySpan<byte> source, Span<T> values)
    {
        source.CopyTo(MemoryMarshal.AsBytes(values));
        for (var i = 0; i < values.Length; i++)
        {
            if (!IsValid(in values[i]))
            {
                PayloadThrow.InvalidValue(typeof(T));
            }
        }
    }

    private protected abstract bool IsValid(in T value);
}
