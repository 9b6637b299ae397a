namespace Quickstart;

// Plain types: no attribute, not partial. The generator writes how they travel.

public sealed record Welcome(int PlayerId, string Greeting);

public sealed record PlayerInput(int Sequence, float X, float Y);

public sealed record Snapshot(int Tick, IReadOnlyList<Position> Positions);

public readonly record struct Position(float X, float Y);

public sealed record Receipt(string Item, int Price, bool Paid);
