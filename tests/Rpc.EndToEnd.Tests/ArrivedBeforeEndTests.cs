using System.Collections.Concurrent;

namespace Rpc.EndToEnd.Tests;

/// <summary>What arrived before a connection's end is served, however much faster the end is.</summary>
public sealed class ArrivedBeforeEndTests
{
    private const int Count = 100;

    public static TheoryData<string> Ends => ["disposed", "closed", "kicked"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task One_way_calls_that_arrived_before_the_end_are_all_served_and_their_service_is_disposed_of_then(string end)
    {
        LateDisposalConnection? transport = null;
        var diary = new Diary();
        await using var world = (await World.StartAsync(
            _ => diary, transport: new PairTransport(server: inner => transport = new LateDisposalConnection(inner)))).Expect("Kicked");
        using var workers = new HeldWorkers(world.ServerSide);

        for (var i = 0; i < Count; i++)
        {
            world.Proxy.Note(i);
        }

        var ending = EndAsync(world.Client.Connection, end);
        await transport!.Disposing.WaitAsync(World.Patience);
        await transport.EndAsync().WaitAsync(World.Patience);

        // The connection has nothing left to do but to serve what arrived, of which nothing was started.
        Assert.Empty(diary.Entries);
        Assert.False(world.ServerSide.Closed.IsCompleted);
        workers.Release();
        await world.ServerSide.Closed.WaitAsync(World.Patience);
        await ending.WaitAsync(World.Patience);

        Assert.Equal([.. Enumerable.Range(0, Count), Diary.Disposed], diary.Entries);
    }

    private static Task EndAsync(RpcConnection connection, string how) => how switch
    {
        "disposed" => connection.DisposeAsync().AsTask(),
        "closed" => connection.CloseAsync().AsTask(),
        _ => connection.KickAsync("Enough.").AsTask(),
    };

    private sealed class Diary : TestService, ITestService, IDisposable
    {
        public const int Disposed = -1;

        public ConcurrentQueue<int> Entries { get; } = new();

        void ITestService.Note(int value) => Entries.Enqueue(value);

        public void Dispose() => Entries.Enqueue(Disposed);
    }
}
