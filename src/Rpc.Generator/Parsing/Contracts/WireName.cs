namespace Rpc.Generator.Parsing.Contracts;

/// <summary>What a name on the wire may look like.</summary>
internal static class WireName
{
    private const int MaxLength = 256;

    /// <summary>Checks a name that an attribute gives.</summary>
    /// <param name="name">The name.</param>
    /// <param name="shown">The name as a message can show it.</param>
    /// <returns>Whether it is 1 to 256 characters without white space, control characters, '/' and lone surrogates.</returns>
    public static bool IsValid(string? name, out string shown)
    {
        shown = name is null ? "null" : new string([.. name.Take(MaxLength).Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
        if (name is null || name.Length is 0 or > MaxLength)
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (c == '/' || char.IsControl(c) || char.IsWhiteSpace(c))
            {
                return false;
            }

            if (char.IsHighSurrogate(c) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(c))
            {
                return false;
            }
        }

        return true;
    }
}
