using Arena.Contracts;
using Rpc;
using Rpc.Client;

namespace Arena.Bots;

/// <summary>A player that runs for the coin, and counts what reaches it.</summary>
internal sealed class Bot(string name) : IPlayer
{
    private readonly Lock _gate = new();
    private Snapshot? _newest;
    private int _firstTick;

    /// <summary>Snapshots that came.</summary>
    public int Snapshots { get; private set; }

    /// <summary>Snapshots of older ticks than one that had come: there are none, by the delivery mode.</summary>
    public int Late { get; private set; }

    /// <summary>Snapshots that the server has sent since the first that came.</summary>
    public int Expected => _newest is null ? 0 : _newest.Tick - _firstTick + 1;

    public int Heard { get; private set; }

    public RpcClient? Client { get; private set; }

    public void See(Snapshot snapshot)
    {
        lock (_gate)
        {
            if (_newest is null)
            {
                _firstTick = snapshot.Tick;
            }
            else if (snapshot.Tick < _newest.Tick)
            {
                Late++;
                return;
            }

            _newest = snapshot;
            Snapshots++;
        }
    }

    public void Hear(string who, string text)
    {
        lock (_gate)
        {
            Heard++;
        }
    }

    /// <summary>Plays until it is told to end.</summary>
    public async Task PlayAsync(RpcClient client, CancellationToken cancellationToken)
    {
        Client = client;
        var arena = client.GetProxy<IArena>();
        var id = await arena.JoinAsync(name);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                if (Volatile.Read(ref _newest) is { } seen && seen.Players.FirstOrDefault(player => player.Player == id) is var own)
                {
                    arena.Steer(new Input(seen.Coin.X - own.X, seen.Coin.Y - own.Y));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }
}
