namespace Rpc.Serialization;

/// <summary>Stands for the formatter of a reference type that cannot be named yet, because it is being constructed: a collection type of itself, say.</summary>
/// <typeparam name="T">The type.</typeparam>
public sealed class DeferredFormatter<T> : Formatter<T>
    where T : class
{
    private readonly Func<Formatter<T>> _resolve;
    private Formatter<T>? _resolved;

    /// <summary>Creates the formatter.</summary>
    /// <param name="minSize">The fewest bytes that a value takes.</param>
    /// <param name="resolve">Names the formatter; called on first use, by several threads at once perhaps.</param>
    public DeferredFormatter(int minSize, Func<Formatter<T>> resolve)
    {
        MinSize = minSize;
        _resolve = resolve;
    }

    /// <inheritdoc/>
    public override int MinSize { get; }

    private Formatter<T> Resolved => _resolved ??= _resolve();

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in T? value) => Resolved.Serialize(ref writer, in value);

    /// <inheritdoc/>
    public override T? Deserialize(ref PayloadReader reader) => Resolved.Deserialize(ref reader);
}
