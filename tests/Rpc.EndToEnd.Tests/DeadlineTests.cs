using Rpc.Transport.Conformance;

namespace Rpc.EndToEnd.Tests;

/// <summary>Deadlines, in virtual time.</summary>
public sealed class DeadlineTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_deadline_cancels_the_handler_at_the_server_by_the_servers_own_clock()
    {
        var (time, service) = (new ManualTimeProvider(), new Waiting());
        await using var world = await World.StartAsync(
            _ => service,
            server: rpc =>
            {
                rpc.Options.TimeProvider = time;
                rpc.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            });
        var call = world.Proxy.With(new RpcCallOptions { Timeout = TimeSpan.FromMinutes(5) }).RunAsync("x").AsTask();
        var token = await service.Started.Task.WaitAsync(World.Patience);
        time.Advance(TimeSpan.FromMinutes(5) - s_second);
        Assert.False(token.IsCancellationRequested);
        time.Advance(s_second);
        Assert.True(token.IsCancellationRequested);
        var exception = await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.StatusCode);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_sends_nothing()
    {
        var time = new ManualTimeProvider();
        await using var world = await World.StartAsync(_ => new TestService(), client: options => options.TimeProvider = time);
        foreach (var options in (RpcCallOptions[])[new() { Timeout = TimeSpan.Zero }, new() { Deadline = time.GetUtcNow() - s_second }])
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.With(options).AddAsync(1, 2).AsTask()).WaitAsync(World.Patience);
            Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.StatusCode);
        }
    }

    [Fact]
    public async Task The_earlier_of_timeout_and_deadline_counts()
    {
        var (time, service) = (new ManualTimeProvider(), new Waiting());
        await using var world = await World.StartAsync(_ => service, client: options => options.TimeProvider = time);
        var call = world.Proxy.With(new RpcCallOptions { Timeout = 10 * s_second, Deadline = time.GetUtcNow() + (3 * s_second) }).RunAsync("x").AsTask();
        await service.Started.Task.WaitAsync(World.Patience);
        time.Advance(3 * s_second);
        Assert.Equal(RpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience)).StatusCode);
    }

    [Fact]
    public async Task A_timeout_longer_than_a_timer_can_be_is_long()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        Assert.Equal(3, await world.Proxy.With(new RpcCallOptions { Timeout = TimeSpan.FromDays(1000) }).AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.Equal(3, await world.Proxy.With(new RpcCallOptions { Timeout = TimeSpan.MaxValue }).AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.Equal(3, await world.Proxy.With(new RpcCallOptions { Deadline = DateTimeOffset.MaxValue }).AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_deadline_passes_while_a_call_waits_for_others_to_end()
    {
        var (time, service) = (new ManualTimeProvider(), new Waiting());
        await using var world = await StartFullAsync(time, service);
        var waiting = world.Proxy.With(new RpcCallOptions { Timeout = 5 * s_second }).AddAsync(1, 2).AsTask();
        time.Advance(5 * s_second);
        Assert.Equal(RpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => waiting).WaitAsync(World.Patience)).StatusCode);
        service.Release("done");
    }

    [Fact]
    public async Task The_time_spent_waiting_for_others_counts()
    {
        var (time, service) = (new ManualTimeProvider(), new Waiting());
        await using var world = await StartFullAsync(time, service);
        var waiting = world.Proxy.With(new RpcCallOptions { Timeout = 10 * s_second }).RunAsync("y").AsTask();
        time.Advance(6 * s_second);
        var before = service.Next();
        service.Release("first");
        await before.WaitAsync(World.Patience);
        time.Advance(4 * s_second);
        Assert.Equal(RpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => waiting).WaitAsync(World.Patience)).StatusCode);
    }

    [Fact]
    public async Task A_deadline_passes_while_a_stream_waits_for_others_to_end()
    {
        var (time, service) = (new ManualTimeProvider(), new Waiting());
        await using var world = await StartFullAsync(time, service);
        await using var stream = world.Proxy.With(new RpcCallOptions { Timeout = 5 * s_second }).CountAsync(5).GetAsyncEnumerator();
        var waiting = stream.MoveNextAsync().AsTask();
        time.Advance(5 * s_second);
        Assert.Equal(RpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => waiting).WaitAsync(World.Patience)).StatusCode);
        service.Release("done");
    }

    [Fact]
    public async Task Cancelling_ends_a_stream_that_waits_for_others_to_end()
    {
        var (time, service) = (new ManualTimeProvider(), new Waiting());
        await using var world = await StartFullAsync(time, service);
        using var source = new CancellationTokenSource();
        await using var stream = world.Proxy.CountAsync(5, source.Token).GetAsyncEnumerator();
        var waiting = stream.MoveNextAsync().AsTask();
        await source.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).WaitAsync(World.Patience);
        Assert.Equal(source.Token, exception.CancellationToken);
        service.Release("done");
    }

    [Fact]
    public async Task A_deadline_ends_a_stream_in_the_middle_at_both_sides()
    {
        var (time, ended) = (new ManualTimeProvider(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var world = await World.StartAsync(
            _ => new TestService { OnCount = (_, token) => OneThenWait(ended, token) }, client: options => options.TimeProvider = time);
        await using var stream = world.Proxy.With(new RpcCallOptions { Timeout = 5 * s_second }).CountAsync(5).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(World.Patience));
        var next = stream.MoveNextAsync().AsTask();
        time.Advance(5 * s_second);
        Assert.Equal(RpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => next).WaitAsync(World.Patience)).StatusCode);
        await ended.Task.WaitAsync(World.Patience);
    }

    /// <summary>A world whose server runs one call at once, which is running.</summary>
    private static async Task<World> StartFullAsync(ManualTimeProvider time, Waiting service)
    {
        var world = await World.StartAsync(
            _ => service,
            server: rpc =>
            {
                rpc.Options.TimeProvider = time;
                rpc.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
                rpc.Options.Limits.MaxConcurrentCalls = 1;
            },
            client: options =>
            {
                options.TimeProvider = time;
                options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            });
        _ = world.Proxy.RunAsync("x").AsTask();
        await service.Started.Task.WaitAsync(World.Patience);
        return world;
    }

    private static async IAsyncEnumerable<int> OneThenWait(TaskCompletionSource ended, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        try
        {
            yield return 1;
            await new TaskCompletionSource().Task.WaitAsync(token);
        }
        finally
        {
            ended.SetResult();
        }
    }

    /// <summary>Its calls run until they are released or cancelled.</summary>
    private sealed class Waiting : TestService
    {
        private TaskCompletionSource<string> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Waiting() => OnRun = (_, token) =>
        {
            Started.TrySetResult(token);
            return new ValueTask<string>(_result.Task.WaitAsync(token));
        };

        public TaskCompletionSource<CancellationToken> Started { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the next call has started.</summary>
        public Task Next() => (Started = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        /// <summary>Ends the call that runs; the next one waits again.</summary>
        public void Release(string result)
        {
            var before = _result;
            _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
            before.SetResult(result);
        }
    }
}
