using System.Collections.Concurrent;
using Rpc;
using Rpc.Server;

namespace Chat.Server;

/// <summary>The rooms of the server, made when they are first entered. Thread safe.</summary>
public sealed class Rooms(RpcGroups groups)
{
    private const int MostRooms = 1000;

    private readonly ConcurrentDictionary<string, Room> _rooms = new(StringComparer.OrdinalIgnoreCase);

    public void Announce(string text)
    {
        foreach (var room in _rooms.Values)
        {
            room.Announce(text);
        }
    }

    public Room Get(string name)
    {
        if (_rooms.TryGetValue(name, out var room))
        {
            return room;
        }

        return _rooms.Count < MostRooms
            ? _rooms.GetOrAdd(name, name => new Room(name, groups))
            : throw new RpcException(RpcStatusCode.ResourceExhausted, $"There are {MostRooms} rooms already.");
    }
}
