namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of nullable value types: memory when the value holds no reference, else <c>FF</c>, or <c>01</c> and the value.</summary>
/// <typeparam name="T">The value.</typeparam>
public sealed class NullableFormatter<T> : Formatter<T?>
    where T : struct
{
    private readonly Formatter<T> _value;
    private readonly UnmanagedFormatter<T?>? _unmanaged;

    /// <summary>Creates the formatter.</summary>
    /// <param name="value">The formatter of the value.</param>
    public NullableFormatter(Formatter<T> value)
    {
        _value = value;
        _unmanaged = value.Unmanaged is { } raw ? new UnmanagedNullable<T>(raw) : null;
        MinSize = _unmanaged?.Size ?? 1;
    }

    /// <inheritdoc/>
    public override int MinSize { get; }

    /// <inheritdoc/>
    public override UnmanagedFormatter<T?>? Unmanaged => _unmanaged;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in T? value)
    {
        if (_unmanaged is not null)
        {
            _unmanaged.Serialize(ref writer, in value);
        }
        else if (value is { } present)
        {
            writer.WriteObjectHeader(1);
            _value.Serialize(ref writer, in present);
        }
        else
        {
            writer.WriteNullObjectHeader();
        }
    }

    /// <inheritdoc/>
    public override T? Deserialize(ref PayloadReader reader)
    {
        if (_unmanaged is not null)
        {
            return _unmanaged.Deserialize(ref reader);
        }

        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, 1);
        return _value.Deserialize(ref reader);
    }
}
