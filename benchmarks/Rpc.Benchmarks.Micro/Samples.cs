using Rpc;
using Rpc.Benchmarks.Micro;

[assembly: RpcPayload(typeof(Position))]
[assembly: RpcPayload(typeof(Player))]
[assembly: RpcPayload(typeof(int[]))]
[assembly: RpcPayload(typeof(Player[]))]
[assembly: RpcPayload(typeof(Dictionary<string, int>))]
[assembly: RpcPayload(typeof(Shape))]

namespace Rpc.Benchmarks.Micro;

/// <summary>Copied as it lies in memory.</summary>
public readonly record struct Position(int Id, float X, float Y, float Z);

/// <summary>Written member by member.</summary>
public sealed record Player(int Id, string Name, float Health, List<int> Items, DateTime Seen)
{
    public static Player Sample { get; } = new(42, "Alice", 99.5f, [1, 2, 3, 4, 5, 6, 7, 8], new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
}

/// <summary>Written with a tag.</summary>
[RpcUnion(0, typeof(Circle))]
[RpcUnion(1, typeof(Square))]
public abstract record Shape;

public sealed record Circle(double Radius) : Shape;

public sealed record Square(double Side) : Shape;
