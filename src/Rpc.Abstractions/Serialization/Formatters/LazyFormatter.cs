#if NET8_0_OR_GREATER
using System.Diagnostics.CodeAnalysis;

#endif
namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Lazy{T}"/>: an object of one member, the value, which writing computes.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <remarks>The constructor of <typeparamref name="T"/> is kept by trimming because <see cref="Lazy{T}"/> asks for it; it is never called here.</remarks>
public sealed class LazyFormatter<
#if NET8_0_OR_GREATER
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
#endif
    T> : Formatter<Lazy<T>>
{
    private readonly Formatter<T> _value;

    /// <summary>Creates the formatter.</summary>
    /// <param name="value">The formatter of the value.</param>
    public LazyFormatter(Formatter<T> value) => _value = value;

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in Lazy<T>? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        writer.WriteObjectHeader(1);
        var inner = value.Value;
        _value.Serialize(ref writer, in inner!);
    }

    /// <inheritdoc/>
    public override Lazy<T>? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, 1);
        return new Lazy<T>(_value.Deserialize(ref reader)!);
    }
}
