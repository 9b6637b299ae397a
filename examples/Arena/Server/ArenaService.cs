using Arena.Contracts;
using Rpc;

namespace Arena.Server;

/// <summary>One player's connection.</summary>
internal sealed class ArenaService(RpcConnection connection, World world) : IArena, IDisposable
{
    private int _id = -1;
    private string _name = "?";

    public ValueTask<int> JoinAsync(string name)
    {
        if (!world.TryJoin(name, connection.GetProxy<IPlayer>(), out var id))
        {
            throw new RpcException(RpcStatusCode.ResourceExhausted, $"There are {World.MaxPlayers} players already.");
        }

        (_id, _name) = (id, name);
        return new(id);
    }

    public void Steer(Input input) => world.Steer(_id, input);

    public ValueTask SayAsync(string text)
    {
        foreach (var (_, player) in world.Everyone())
        {
            try
            {
                player.Hear(_name, text);
            }
            catch (RpcException)
            {
                // That one is leaving.
            }
        }

        return default;
    }

    public ValueTask<Score[]> GetScoresAsync() => new(world.Scores());

    public void Dispose() => world.Leave(_id);
}
