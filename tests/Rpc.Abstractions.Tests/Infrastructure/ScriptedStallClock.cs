using Rpc.Connections;

namespace Rpc.Abstractions.Tests.Infrastructure;

/// <summary>A clock that does at each of its waits what a test says, and then ends the monitor. Runs on one thread.</summary>
internal sealed class ScriptedStallClock : IStallClock
{
    /// <summary>Done when the monitor falls asleep, one after another; after the last one it ends if nobody woke it.</summary>
    public Queue<Action> Sleeps { get; } = [];

    /// <summary>Done before each look, with how many there were before it since the monitor woke.</summary>
    public Action<int> OnTick { get; set; } = static _ => { };

    /// <summary>Looks that followed each sleep.</summary>
    public List<int> Looks { get; } = [];

    public int Wakes { get; private set; }

    private int Seen { get; set; }

    public bool WaitForWork()
    {
        if (Sleeps.TryDequeue(out var action))
        {
            action();
        }

        var woken = Wakes > Seen;
        Seen = Wakes;
        Looks.Add(0);
        return woken;
    }

    public void WaitForTick() => OnTick(Looks[^1]++);

    public void Wake() => Wakes++;
}
