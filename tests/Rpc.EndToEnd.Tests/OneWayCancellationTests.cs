using System.Collections.Concurrent;
using Rpc.Transport.Conformance;

namespace Rpc.EndToEnd.Tests;

/// <summary>Nobody waits for a one-way call, but it too ends with its connection.</summary>
/// <remarks>Beside nothing else: failed tasks that nobody looked at are those of the process.</remarks>
[Collection(nameof(MemoryCollection))]
public sealed class OneWayCancellationTests : IDisposable
{
    private readonly UnobservedExceptionGuard _guard = new();

    public void Dispose() => _guard.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_token_of_a_one_way_handler_is_cancelled_when_the_connection_is_lost(bool byContext)
    {
        var service = new Detached { Expected = 5 };
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.AddService<IDetached>(_ => service));
        var proxy = world.Client.GetProxy<IDetached>();
        for (var i = 0; i < 5; i++)
        {
            if (byContext)
            {
                await proxy.LookAsync();
            }
            else
            {
                await proxy.WatchAsync();
            }
        }

        await Eventually.TrueAsync(() => service.Tokens.Count == 5);
        Assert.All(service.Tokens, static token => Assert.False(token.IsCancellationRequested));
        world.Client.Connection.Abort();
        await service.Ended.Task.WaitAsync(World.Patience);
        Assert.All(service.Tokens, static token => Assert.True(token.IsCancellationRequested));
    }

    [Fact]
    public async Task One_that_has_ended_is_cancelled_by_nobody_and_its_instance_serves_the_next()
    {
        var service = new Detached { MayEnd = true };
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.AddService<IDetached>(_ => service));
        var proxy = world.Client.GetProxy<IDetached>();
        for (var i = 1; i <= 100; i++)
        {
            await proxy.WatchAsync();
            await Eventually.TrueAsync(() => service.Tokens.Count == i);
        }

        service.MayEnd = false;
        await proxy.WatchAsync();
        await Eventually.TrueAsync(() => service.Tokens.Count == 101);
        world.Client.Connection.Abort();
        await service.Ended.Task.WaitAsync(World.Patience);
        Assert.Equal(1, service.Cancelled);
    }

    [Fact]
    public async Task One_that_waits_for_its_turn_when_the_connection_is_lost_finds_its_token_cancelled()
    {
        var service = new Detached { Holds = true };
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.AddService<IDetached>(_ => service, static options => options.Sequential = true));
        var proxy = world.Client.GetProxy<IDetached>();
        await proxy.QueueAsync();
        await proxy.QueueAsync();
        await proxy.QueueAsync();
        await Eventually.TrueAsync(() => service.Queued.Count == 1 && world.ServerSide.Statistics.OneWaysReceived == 3);
        world.Client.Connection.Abort();
        await world.ServerSide.Closed.WaitAsync(World.Patience);
        service.Go.SetResult();
        await Eventually.TrueAsync(() => service.Queued.Count == 3);
        Assert.Equal([false, true, true], service.Queued);
    }

    [Fact]
    public async Task A_ping_that_was_given_up_leaves_no_failed_task_behind_when_the_connection_ends()
    {
        await using (var world = await World.StartAsync(_ => new TestService()))
        {
            await PingAsync(world);
            world.Client.Connection.Abort();
            await world.Client.Connection.Closed.WaitAsync(World.Patience);
        }

        static async Task PingAsync(World world)
        {
            using var cancelled = new CancellationTokenSource();
            var ping = world.Client.Connection.PingAsync(cancelled.Token).AsTask();
            await cancelled.CancelAsync();
            try
            {
                await ping;
            }
            catch (OperationCanceledException)
            {
                // The pong was slower.
            }
        }
    }

    [Fact]
    public async Task Who_is_told_of_the_drain_and_throws_is_logged_and_leaves_no_failed_task_behind()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new RecordingLoggerFactory();
        await using (var world = await World.StartAsync(_ => new TestService(), client: options => options.LoggerFactory = log))
        {
            world.Client.Connection.Draining.Register(() =>
            {
                told.SetResult();
                throw new InvalidOperationException("An application's mistake.");
            });
            world.Client.Connection.Abort();
            await told.Task.WaitAsync(World.Patience);
            await log.WhenLoggedAsync(static entry => entry.Exception is AggregateException).WaitAsync(World.Patience);
            await world.Client.Connection.Closed.WaitAsync(World.Patience);
        }
    }

    private sealed class Detached : IDetached
    {
        private int _cancelled;

        public ConcurrentQueue<CancellationToken> Tokens { get; } = new();

        public ConcurrentQueue<bool> Queued { get; } = new();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Handlers that are to be cancelled.</summary>
        public int Expected { get; init; } = 1;

        public bool MayEnd { get; set; }

        public bool Holds { get; set; }

        public int Cancelled => _cancelled;

        public async ValueTask WatchAsync(CancellationToken cancellationToken = default)
        {
            Tokens.Enqueue(cancellationToken);
            if (!MayEnd)
            {
                await WaitAsync(cancellationToken);
            }
        }

        public async ValueTask LookAsync()
        {
            var token = RpcContext.Current!.CancellationToken;
            Tokens.Enqueue(token);
            await WaitAsync(token);
        }

        public async ValueTask QueueAsync(CancellationToken cancellationToken = default)
        {
            Queued.Enqueue(cancellationToken.IsCancellationRequested);
            if (Holds)
            {
                await Go.Task;
            }
        }

        private async Task WaitAsync(CancellationToken cancellationToken)
        {
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                if (Interlocked.Increment(ref _cancelled) == Expected)
                {
                    Ended.TrySetResult();
                }
            }
        }
    }
}
