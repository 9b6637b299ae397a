using Chat.Contracts;
using Rpc;
using Rpc.Server;

namespace Chat.Server;

/// <summary>A room: a group of connections by its name, and what was said last. Thread safe.</summary>
public sealed class Room(string name, RpcGroups groups)
{
    private const int LinesKept = 100;

    // Held while members change and while something is pushed: all hear the same, in the same order.
    private readonly Lock _gate = new();
    private readonly Queue<Line> _said = new();

    /// <summary>The names of those who are here.</summary>
    public IReadOnlyList<string> People => [.. Members.Members.Select(Names.Of).OfType<string>().Order(StringComparer.OrdinalIgnoreCase)];

    private RpcGroup<IChatClient> Members => groups.Get<IChatClient>(name);

    /// <summary>Enters, and tells what was said before. A connection that closes is pushed to no more by itself.</summary>
    public IReadOnlyList<Line> Enter(RpcConnection connection, string person)
    {
        lock (_gate)
        {
            groups.Join<IChatClient>(name, connection).Except(connection).Joined(person);
            return [.. _said];
        }
    }

    public void Say(RpcConnection connection, Line line)
    {
        lock (_gate)
        {
            _said.Enqueue(line);
            if (_said.Count > LinesKept)
            {
                _said.Dequeue();
            }

            Members.Except(connection).Said(line);
        }
    }

    public void Announce(string text)
    {
        lock (_gate)
        {
            Members.All.Announced(text);
        }
    }

    public void Leave(RpcConnection connection, string person)
    {
        lock (_gate)
        {
            var members = Members;
            members.Remove(connection);
            members.All.Left(person);
        }
    }
}
