namespace Rpc.Transport.WebSockets.Http;

/// <summary>The header lines of an HTTP/1.x message; their syntax was checked, their meaning was not.</summary>
internal abstract class MessageHead
{
    private readonly List<KeyValuePair<string, string>> _headers = [];

    public int HeaderCount => _headers.Count;

    public void Add(string name, string value) => _headers.Add(new(name, value));

    /// <summary>The number of lines with this name.</summary>
    public int Count(string name)
    {
        var count = 0;
        foreach (var header in _headers)
        {
            count += string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The value of the first line with this name, or null.</summary>
    public string? Find(string name)
    {
        foreach (var header in _headers)
        {
            if (string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return header.Value;
            }
        }

        return null;
    }

    /// <summary>The values of all lines with this name.</summary>
    public IEnumerable<string> All(string name)
    {
        foreach (var header in _headers)
        {
            if (string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                yield return header.Value;
            }
        }
    }

    /// <summary>The elements of a comma-separated list that may be spread over several lines (RFC 9110 section 5.6.1); empty ones are left out.</summary>
    public List<string> List(string name)
    {
        var elements = new List<string>();
        foreach (var header in _headers)
        {
            if (string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                foreach (var element in header.Value.Split(','))
                {
                    var trimmed = element.Trim(' ', '\t');
                    if (trimmed.Length != 0)
                    {
                        elements.Add(trimmed);
                    }
                }
            }
        }

        return elements;
    }
}
