namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="string"/>: written as UTF-8, read from UTF-8 and UTF-16.</summary>
public sealed class StringFormatter : Formatter<string>
{
    private StringFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static StringFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in string? value) => PayloadString.Write(ref writer, value);

    /// <inheritdoc/>
    public override string? Deserialize(ref PayloadReader reader) => PayloadString.Read(ref reader);
}
