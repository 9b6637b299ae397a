using Arena.Contracts;

namespace Arena.Server;

/// <summary>The truth about the arena, which the server alone decides. Thread safe.</summary>
internal sealed class World
{
    public const int TicksPerSecond = 30;

    /// <summary>As many as a snapshot that fits one packet has room for.</summary>
    public const int MaxPlayers = 80;

    private const float Speed = 10f / TicksPerSecond;
    private const float Reach = 1.5f;
    private const float Size = 30;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Fighter> _fighters = [];
    private readonly Random _random = new(1);
    private Place _coin = new(-1, 5, 5);
    private int _tick;
    private int _nextId;

    public bool TryJoin(string name, IPlayer player, out int id)
    {
        lock (_gate)
        {
            id = _nextId;
            if (_fighters.Count == MaxPlayers)
            {
                return false;
            }

            _nextId++;
            _fighters.Add(id, new Fighter(name, player));
            return true;
        }
    }

    public void Leave(int id)
    {
        lock (_gate)
        {
            _fighters.Remove(id);
        }
    }

    public void Steer(int id, Input input)
    {
        lock (_gate)
        {
            if (_fighters.TryGetValue(id, out var fighter))
            {
                // The server decides how fast: a direction is at most one long.
                var length = MathF.Max(1, MathF.Sqrt((input.X * input.X) + (input.Y * input.Y)));
                fighter.Direction = new Input(input.X / length, input.Y / length);
            }
        }
    }

    public IReadOnlyList<(string Name, IPlayer Player)> Everyone()
    {
        lock (_gate)
        {
            return [.. _fighters.Values.Select(static fighter => (fighter.Name, fighter.Player))];
        }
    }

    public Score[] Scores()
    {
        lock (_gate)
        {
            return [.. _fighters.Values.Select(static fighter => new Score(fighter.Name, fighter.Coins)).OrderByDescending(static score => score.Coins)];
        }
    }

    /// <summary>Moves everyone by a tick.</summary>
    public (Snapshot Snapshot, IReadOnlyList<IPlayer> Players) Tick()
    {
        lock (_gate)
        {
            _tick++;
            foreach (var fighter in _fighters.Values)
            {
                fighter.X = Math.Clamp(fighter.X + (fighter.Direction.X * Speed), 0, Size);
                fighter.Y = Math.Clamp(fighter.Y + (fighter.Direction.Y * Speed), 0, Size);
                if (MathF.Abs(fighter.X - _coin.X) < Reach && MathF.Abs(fighter.Y - _coin.Y) < Reach)
                {
                    fighter.Coins++;
                    _coin = new Place(-1, _random.NextSingle() * Size, _random.NextSingle() * Size);
                }
            }

            var places = _fighters.Select(static entry => new Place(entry.Key, entry.Value.X, entry.Value.Y)).ToArray();
            return (new Snapshot(_tick, _coin, places), [.. _fighters.Values.Select(static fighter => fighter.Player)]);
        }
    }

    private sealed class Fighter(string name, IPlayer player)
    {
        public string Name => name;

        public IPlayer Player => player;

        public Input Direction { get; set; } = new(0, 0);

        public float X { get; set; } = Size / 2;

        public float Y { get; set; } = Size / 2;

        public int Coins { get; set; }
    }
}
