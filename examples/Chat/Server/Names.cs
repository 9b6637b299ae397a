using System.Diagnostics.CodeAnalysis;
using Rpc;

namespace Chat.Server;

/// <summary>Who has which name. One for the server; thread safe.</summary>
public sealed class Names
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of the one at the other end of a connection.</summary>
    public static string? Of(RpcConnection connection) => connection.Items.TryGetValue(typeof(Names), out var name) ? (string?)name : null;

    /// <summary>Takes a name, or tells one that is free.</summary>
    public bool TryTake(string name, RpcConnection connection, [NotNullWhen(false)] out string? free)
    {
        lock (_gate)
        {
            if (_taken.Add(name))
            {
                connection.Items[typeof(Names)] = name;
                free = null;
                return true;
            }

            free = Enumerable.Range(2, _taken.Count).Select(number => $"{name}{number}").First(other => !_taken.Contains(other));
            return false;
        }
    }

    /// <summary>Makes a name free again.</summary>
    public void Release(string name)
    {
        lock (_gate)
        {
            _taken.Remove(name);
        }
    }
}
