using Rpc.Connections;

namespace Rpc.EndToEnd.Tests;

/// <summary>Keeps a connection from starting what arrives: its batch has begun on a thread of this, which no monitor looks after, and no other begins before that has ended.</summary>
internal sealed class HeldWorkers : IDisposable
{
    private readonly ManualResetEventSlim _released = new();
    private readonly Thread _thread;

    /// <summary>Begins while the peer is silent, so that nobody has the role of the reader.</summary>
    public HeldWorkers(RpcConnection connection)
    {
        using var held = new ManualResetEventSlim();
        var drain = ((Connection)connection).Drain;
        _thread = new Thread(() =>
        {
            DrainWorker.Create(new StallMonitor(new StallClock(), new StallPool()));
            drain.Stage(new Wait(held, _released), 0, 0, default);
            drain.Publish();
            drain.Run();
        })
        { IsBackground = true };
        _thread.Start();
        Assert.True(held.Wait(World.Patience));
    }

    /// <summary>Lets the connection go on: what has arrived is started on this one thread, in order.</summary>
    public void Release() => _released.Set();

    public void Dispose()
    {
        Release();
        Assert.True(_thread.Join(World.Patience));
        _released.Dispose();
    }

    private sealed class Wait(ManualResetEventSlim held, ManualResetEventSlim released) : Work
    {
        public override void Execute(int op, int version, FramePayload payload)
        {
            held.Set();
            released.Wait(World.Patience);
        }
    }
}
