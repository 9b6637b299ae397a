namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="KeyValuePair{TKey, TValue}"/>: memory when neither part holds a reference, else the key and the value.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public sealed class KeyValuePairFormatter<TKey, TValue> : Formatter<KeyValuePair<TKey, TValue>>
{
    private readonly Formatter<TKey> _key;
    private readonly Formatter<TValue> _value;
    private readonly UnmanagedFormatter<KeyValuePair<TKey, TValue>>? _unmanaged;

    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the key.</param>
    /// <param name="value">The formatter of the value.</param>
    public KeyValuePairFormatter(Formatter<TKey> key, Formatter<TValue> value)
    {
        _key = key;
        _value = value;
        if (key.Unmanaged is { } rawKey && value.Unmanaged is { } rawValue)
        {
            _unmanaged = new UnmanagedKeyValuePair<TKey, TValue>(rawKey, rawValue);
        }

        MinSize = _unmanaged?.Size ?? key.MinSize + value.MinSize;
    }

    /// <inheritdoc/>
    public override int MinSize { get; }

    /// <inheritdoc/>
    public override UnmanagedFormatter<KeyValuePair<TKey, TValue>>? Unmanaged => _unmanaged;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in KeyValuePair<TKey, TValue> value)
    {
        if (_unmanaged is not null)
        {
            _unmanaged.Serialize(ref writer, in value);
            return;
        }

        var key = value.Key;
        _key.Serialize(ref writer, in key!);
        var item = value.Value;
        _value.Serialize(ref writer, in item!);
    }

    /// <inheritdoc/>
    public override KeyValuePair<TKey, TValue> Deserialize(ref PayloadReader reader)
    {
        if (_unmanaged is not null)
        {
            return _unmanaged.Deserialize(ref reader);
        }

        var key = _key.Deserialize(ref reader)!;
        return new KeyValuePair<TKey, TValue>(key, _value.Deserialize(ref reader)!);
    }
}
