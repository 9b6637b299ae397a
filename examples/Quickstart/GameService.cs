using System.Runtime.CompilerServices;
using Rpc;

namespace Quickstart;

/// <summary>The server's side of one connection: what is in its fields belongs to that connection.</summary>
public sealed class GameService(RpcConnection connection) : IGame
{
    private readonly IGameClient _client = connection.GetProxy<IGameClient>();
    private Position _position;

    public ValueTask<Welcome> JoinAsync(string name, CancellationToken cancellationToken)
    {
        if (name.Length == 0)
        {
            throw new RpcException(RpcStatusCode.InvalidArgument, "A player needs a name.");
        }

        _client.Announce($"{name} joined over {connection.Scheme}");
        return new(new Welcome(PlayerId: 1, $"Hello {name}"));
    }

    public void Move(PlayerInput input) => _position = new Position(_position.X + input.X, _position.Y + input.Y);

    public async IAsyncEnumerable<Snapshot> WatchAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var tick = 1; tick <= count; tick++)
        {
            yield return new Snapshot(tick, [_position]);
            await Task.Delay(10, cancellationToken);
        }
    }

    public async ValueTask<Receipt> BuyAsync(string item, int price, CancellationToken cancellationToken)
    {
        var paid = await _client.ConfirmAsync($"Pay {price} for {item}?", cancellationToken);
        return new Receipt(item, price, paid);
    }

    public async ValueTask FindOpponentAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            _client.Announce("the search was called off");
        }
    }
}
