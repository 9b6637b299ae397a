using System.Globalization;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="CultureInfo"/>: its name.</summary>
/// <remarks>Only names of cultures that the platform has are read: .NET would make up a culture for any well-formed name, and keep it for good.</remarks>
public sealed class CultureInfoFormatter : Formatter<CultureInfo>
{
    /// <summary>The longest name of a locale, LOCALE_NAME_MAX_LENGTH in the Windows API.</summary>
    private const int MaxNameLength = 85;

#if !NET8_0_OR_GREATER
    private static readonly Lazy<HashSet<string>> s_names = new(() =>
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var culture in CultureInfo.GetCultures(CultureTypes.AllCultures))
        {
            names.Add(culture.Name);
        }

        return names;
    });
#endif

    private CultureInfoFormatter()
    {
    }

    /// <summary>The one instance.</summary>
    public static CultureInfoFormatter Instance { get; } = new();

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in CultureInfo? value) => PayloadString.Write(ref writer, value?.Name);

    /// <inheritdoc/>
    public override CultureInfo? Deserialize(ref PayloadReader reader)
    {
        var name = PayloadString.Read(ref reader);
        if (name is null)
        {
            return null;
        }

        if (name.Length > MaxNameLength)
        {
            PayloadThrow.InvalidValue(typeof(CultureInfo));
        }

        try
        {
            return Find(name);
        }
        catch (ArgumentException e)
        {
            throw PayloadThrow.Rejected(typeof(CultureInfo), e);
        }
    }

#if NET8_0_OR_GREATER
    private static CultureInfo Find(string name) =>
        name.Length == 0 ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(name, predefinedOnly: true);
#else
    private static CultureInfo Find(string name)
    {
        if (!s_names.Value.Contains(name))
        {
            PayloadThrow.InvalidValue(typeof(CultureInfo));
        }

        return CultureInfo.GetCultureInfo(name);
    }
#endif
}
