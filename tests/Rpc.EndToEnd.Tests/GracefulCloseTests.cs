using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

public sealed class GracefulCloseTests
{
    [Fact]
    public async Task An_answer_that_is_about_to_be_sent_is_sent_before_the_connection_closes()
    {
        var service = new EndsSlowly();
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.AddService<IOther>(_ => service, static options => options.Lifetime = RpcServiceLifetime.Call));
        var draining = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Client.Connection.StateChanged += (_, _) => draining.TrySetResult();
        var call = world.Client.GetProxy<IOther>().NameAsync().AsTask();
        await service.Ending.Task.WaitAsync(World.Patience);

        // The handler has returned, and its call ends; the answer is not sent yet.
        var closing = world.ServerSide.CloseAsync().AsTask();
        await draining.Task.WaitAsync(World.Patience);
        for (var i = 0; i < 20; i++)
        {
            await world.Client.Connection.PingAsync().AsTask().WaitAsync(World.Patience);
        }

        service.MayEnd.Set();
        Assert.Equal("done", await call.WaitAsync(World.Patience));
        await closing.WaitAsync(World.Patience);
    }

    private sealed class EndsSlowly : IOther, IDisposable
    {
        public TaskCompletionSource Ending { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim MayEnd { get; } = new();

        public ValueTask<string> NameAsync() => new("done");

        public void Dispose()
        {
            Ending.TrySetResult();
            MayEnd.Wait(World.Patience);
        }
    }
}
