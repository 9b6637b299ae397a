using System.Collections;

namespace Rpc;

/// <summary>Names and values that travel beside a call or with the handshake. Several values may have the same name.</summary>
/// <remarks>Names are compared without regard to case. Not thread safe while it is changed; once sent or received, treat it as read-only.</remarks>
public sealed class RpcMetadata : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _items = [];

    /// <summary>The metadata of a call that has none; do not change it.</summary>
    internal static readonly RpcMetadata Empty = new() { _frozen = true };

    private bool _frozen;

    /// <summary>How many pairs there are.</summary>
    public int Count => _items.Count;

    /// <summary>The first value of a name, or null.</summary>
    /// <param name="name">The name.</param>
    public string? this[string name] => TryGet(name, out var value) ? value : null;

    /// <summary>Adds a pair.</summary>
    /// <param name="name">The name, not empty.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public void Add(string name, string value)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw new ArgumentException("A metadata name may not be empty.", nameof(name));
        }

        if (value is null)
        {
            throw new ArgumentNullException(nameof(value));
        }

        if (_frozen)
        {
            throw new InvalidOperationException("This metadata is read-only.");
        }

        _items.Add(new KeyValuePair<string, string>(name, value));
    }

    /// <summary>Finds the first value of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when there is none.</returns>
    public bool TryGet(string name, out string value)
    {
        foreach (var item in _items)
        {
            if (string.Equals(item.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                value = item.Value;
                return true;
            }
        }

        value = string.Empty;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
