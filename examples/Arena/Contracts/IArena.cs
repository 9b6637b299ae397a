using Rpc;

namespace Arena.Contracts;

/// <summary>What the server does for a player.</summary>
[RpcService]
public interface IArena
{
    /// <summary>Puts the player into the arena.</summary>
    ValueTask<int> JoinAsync(string name);

    /// <summary>Where the player steers. Only the newest counts; a copy makes up for a lost one.</summary>
    [RpcMethod(Delivery = RpcDelivery.Sequenced, Redundant = true)]
    void Steer(Input input);

    /// <summary>Tells everyone something.</summary>
    ValueTask SayAsync(string text);

    /// <summary>The coins that each player has taken.</summary>
    ValueTask<Score[]> GetScoresAsync();
}

/// <summary>What the player does for the server.</summary>
[RpcService]
public interface IPlayer
{
    /// <summary>Where everyone is. Old news is no news.</summary>
    [RpcMethod(Delivery = RpcDelivery.Sequenced)]
    void See(Snapshot snapshot);

    /// <summary>Somebody has said something.</summary>
    void Hear(string who, string text);
}

/// <summary>A direction.</summary>
public sealed record Input(float X, float Y);

/// <summary>A player's place.</summary>
public readonly record struct Place(int Player, float X, float Y);

/// <summary>The arena at a tick.</summary>
public sealed record Snapshot(int Tick, Place Coin, Place[] Players);

/// <summary>A player's score.</summary>
public sealed record Score(string Name, int Coins);
