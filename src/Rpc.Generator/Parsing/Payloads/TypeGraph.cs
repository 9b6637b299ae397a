namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Which types contain which, to find those that may contain themselves.</summary>
internal sealed class TypeGraph
{
    private readonly Dictionary<string, HashSet<string>> _contained = new(StringComparer.Ordinal);
    private readonly Stack<string> _open = new();

    /// <summary>How many types are being parsed, each within the one before.</summary>
    public int Depth => _open.Count;

    /// <summary>Notes that the type being parsed contains another.</summary>
    /// <param name="type">The other's name.</param>
    public void Add(string type)
    {
        if (_open.Count > 0)
        {
            _contained[_open.Peek()].Add(type);
        }
    }

    /// <summary>Begins to parse a type.</summary>
    /// <param name="type">Its name.</param>
    public void Enter(string type)
    {
        _open.Push(type);
        _contained[type] = new HashSet<string>(StringComparer.Ordinal);
    }

    /// <summary>Ends it.</summary>
    public void Leave() => _open.Pop();

    /// <summary>Whether a value of a type may contain another of the same type.</summary>
    /// <param name="type">The type's name.</param>
    public bool IsRecursive(string type)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = new Stack<string>();
        left.Push(type);
        while (left.Count > 0)
        {
            if (!_contained.TryGetValue(left.Pop(), out var inner))
            {
                continue;
            }

            foreach (var next in inner)
            {
                if (next == type)
                {
                    return true;
                }

                if (seen.Add(next))
                {
                    left.Push(next);
                }
            }
        }

        return false;
    }
}
