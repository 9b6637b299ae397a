namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Uri"/>: its original string. What is no URI, absolute or relative, is an error.</summary>
public sealed class UriFormatter : Formatter<Uri>
{
    private UriFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static UriFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in Uri? value) => PayloadString.Write(ref writer, value?.OriginalString);

    /// <inheritdoc/>
    public override Uri? Deserialize(ref PayloadReader reader)
    {
        var text = PayloadString.Read(ref reader);
        if (text is null)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri))
        {
            PayloadThrow.InvalidValue(typeof(Uri));
        }

        return uri;
    }
}
