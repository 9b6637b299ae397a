namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="TimeZoneInfo"/>: the text of <see cref="TimeZoneInfo.ToSerializedString"/>, rules included.</summary>
/// <remarks>The text describes the zone itself; no zone is looked up by the name that a sender gives.</remarks>
public sealed class TimeZoneInfoFormatter : Formatter<TimeZoneInfo>
{
    private TimeZoneInfoFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static TimeZoneInfoFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in TimeZoneInfo? value) =>
        PayloadString.Write(ref writer, value?.ToSerializedString());

    /// <inheritdoc/>
    public override TimeZoneInfo? Deserialize(ref PayloadReader reader)
    {
        var text = PayloadString.Read(ref reader);
        if (text is null)
        {
            return null;
        }

        try
        {
            return TimeZoneInfo.FromSerializedString(text);
        }
        catch (Exception e) when (PayloadThrow.IsRejection(e))
        {
            throw PayloadThrow.Rejected(typeof(TimeZoneInfo), e);
        }
    }
}
