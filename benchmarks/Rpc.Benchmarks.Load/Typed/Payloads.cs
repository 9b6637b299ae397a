namespace Rpc.Benchmarks.Load.Typed;

public sealed class Player
{
    public int Id { get; set; }

    public string Name { get; set; } = string.Empty;

    public float X { get; set; }

    public float Y { get; set; }

    public float Z { get; set; }

    public long Ticks { get; set; }

    public List<int> Items { get; set; } = [];

    public string Guild { get; set; } = string.Empty;

    public double Health { get; set; }

    public bool Alive { get; set; }

    public static Player Sample() => new()
    {
        Id = 42,
        Name = "Alice",
        X = 1.5f,
        Y = -2.25f,
        Z = 1024,
        Ticks = 638_000_000_000_000_000,
        Items = [1, 2, 3, 4, 5, 6, 7, 8],
        Guild = "Red",
        Health = 99.5,
        Alive = true,
    };
}

public readonly record struct Tick(int Seq, long Ticks, float X, float Y, float Z);

public readonly record struct Memory(long Managed, long Resident);
