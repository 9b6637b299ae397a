using System.Runtime.InteropServices;
using System.Text;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="StringBuilder"/>: always the UTF-16 form of a string, the count of characters and the characters.</summary>
public sealed class StringBuilderFormatter : Formatter<StringBuilder>
{
    private StringBuilderFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static StringBuilderFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in StringBuilder? value)
    {
        if (value is null)
        {
            writer.WriteNullCollectionHeader();
            return;
        }

        writer.WriteCollectionHeader(value.Length);
        var size = checked(value.Length * sizeof(char));
        value.CopyTo(0, MemoryMarshal.Cast<byte, char>(writer.GetSpan(size).Slice(0, size)), value.Length);
        writer.Advance(size);
    }

    /// <inheritdoc/>
    public override StringBuilder? Deserialize(ref PayloadReader reader) =>
        reader.TryReadCollectionHeader(sizeof(char), out var length)
            ? new StringBuilder(length).Append(PayloadString.ReadUtf16(ref reader, length))
            : null;
}
