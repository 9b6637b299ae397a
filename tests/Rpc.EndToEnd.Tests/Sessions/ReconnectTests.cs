using System.Threading.Channels;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Sessions;

/// <summary>A client that makes another connection when the session is not to be had any more.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task Idempotent_calls_are_made_again_and_others_fail_as_sent()
    {
        await using var world = await SessionWorld.StartAsync(WithoutResume, rpc => rpc.AddService<ITwice>(static _ => new Twice()));
        var twice = world.Client.GetProxy<ITwice>();
        Twice.Reset();
        var again = twice.AgainAsync("a").AsTask();
        var nothing = twice.AgainWithoutResultAsync("b").AsTask();
        var once = twice.OnceAsync("c").AsTask();
        await Twice.Started(3);
        world.Cut();
        var exception = await Assert.ThrowsAsync<RpcException>(() => once.WaitAsync(World.Patience));
        Assert.Equal((RpcStatusCode.Unavailable, RpcCallProgress.Sent), (exception.StatusCode, exception.Progress));
        await Twice.Started(5);
        Twice.Release();
        Assert.Equal("a", await again.WaitAsync(World.Patience));
        await nothing.WaitAsync(World.Patience);
        Assert.Equal(["a", "a", "b", "b", "c"], Twice.Calls.Order());
    }

    [Fact]
    public async Task Calls_wait_for_the_next_connection_with_their_deadline_and_their_cancellation()
    {
        await using var world = await SessionWorld.StartAsync(WithoutResume);
        await world.LoseAsync();
        using var cancellation = new CancellationTokenSource();
        var cancelled = world.Proxy.AddAsync(1, 2, cancellation.Token).AsTask();
        var late = world.Proxy.With(new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(1) }).AddAsync(1, 2).AsTask();
        var waiting = world.Proxy.AddAsync(3, 4).AsTask();
        var note = world.Proxy.NoteAsync(9).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(World.Patience));
        var exception = await Assert.ThrowsAsync<RpcException>(() => late.WaitAsync(World.Patience));
        Assert.Equal((RpcStatusCode.DeadlineExceeded, RpcCallProgress.NotSent), (exception.StatusCode, exception.Progress));
        exception = Assert.Throws<RpcException>(() => world.Proxy.Note(1));
        Assert.Equal((RpcStatusCode.Unavailable, RpcCallProgress.NotSent), (exception.StatusCode, exception.Progress));
        Assert.False(waiting.IsCompleted);
        world.IsDown = false;
        Assert.Equal(7, await waiting.WaitAsync(World.Patience));
        await note.WaitAsync(World.Patience);
        Assert.Equal(9, await world.Service.Notes.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Calls_fail_at_once_where_the_client_says_so_and_beyond_the_number_that_may_wait()
    {
        await using (var world = await SessionWorld.StartAsync(options => options.Reconnect = Without(static reconnect => reconnect.WhenDisconnected = RpcWhenDisconnected.Fail)))
        {
            await world.LoseAsync();
            var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
            Assert.Equal((RpcStatusCode.Unavailable, RpcCallProgress.NotSent), (exception.StatusCode, exception.Progress));
            world.IsDown = false;
            await world.Client.WhenOpenAsync().AsTask().WaitAsync(World.Patience);
            Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        }

        await using (var world = await SessionWorld.StartAsync(options => options.Reconnect = Without(static reconnect => reconnect.MaxWaitingCalls = 2)))
        {
            await world.LoseAsync();
            var waiting = Enumerable.Range(0, 2).Select(i => world.Proxy.AddAsync(i, i).AsTask()).ToArray();
            var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
            Assert.Equal((RpcStatusCode.ResourceExhausted, RpcCallProgress.NotSent), (exception.StatusCode, exception.Progress));
            world.IsDown = false;
            var sums = await Task.WhenAll(waiting).WaitAsync(World.Patience);
            Assert.Equal([0, 2], sums);
        }
    }

    [Fact]
    public async Task A_stream_starts_with_the_connection_that_is_there_at_its_first_item()
    {
        await using var world = await SessionWorld.StartAsync(options => options.Reconnect = Without(static reconnect => reconnect.WhenDisconnected = RpcWhenDisconnected.Fail));
        var items = world.Proxy.CountAsync(3);
        await world.LoseAsync();
        await using (var failed = items.GetAsyncEnumerator())
        {
            Assert.Equal(0, failed.Current);
            Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => failed.MoveNextAsync().AsTask().WaitAsync(World.Patience))).StatusCode);
            Assert.False(await failed.MoveNextAsync());
        }

        world.IsDown = false;
        await world.Client.WhenOpenAsync().AsTask().WaitAsync(World.Patience);
        var disposed = items.GetAsyncEnumerator();
        await disposed.DisposeAsync();
        Assert.False(await disposed.MoveNextAsync());
        await disposed.DisposeAsync();

        var numbers = new List<int>();
        await foreach (var number in items.WithCancellation(CancellationToken.None))
        {
            numbers.Add(number);
        }

        Assert.Equal([0, 1, 2], numbers);
    }

    [Fact]
    public async Task A_stream_that_waits_for_a_connection_can_be_cancelled_by_either_token()
    {
        await using var world = await SessionWorld.StartAsync(options => options.Reconnect = Without(static _ => { }));
        await world.LoseAsync();
        using var ofCall = new CancellationTokenSource();
        using var ofReader = new CancellationTokenSource();
        var first = world.Proxy.CountAsync(3, ofCall.Token).GetAsyncEnumerator();
        var second = world.Proxy.CountAsync(3).GetAsyncEnumerator(ofReader.Token);
        var waiting = new[] { first.MoveNextAsync().AsTask(), second.MoveNextAsync().AsTask() };
        await ofCall.CancelAsync();
        await ofReader.CancelAsync();
        foreach (var task in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task.WaitAsync(World.Patience));
        }

        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task The_hook_runs_on_each_new_connection_before_the_calls_that_wait()
    {
        var order = Channel.CreateUnbounded<string>();
        await using var world = await SessionWorld.StartAsync(options => options.Reconnect = Without(reconnect => reconnect.Connected = async (connection, token) =>
        {
            await connection.GetProxy<ITestService>().RunAsync("subscribe", token);
        }));
        world.Service.OnRun = (what, _) =>
        {
            order.Writer.TryWrite(what);
            return new(what);
        };
        await world.LoseAsync();
        var waiting = world.Proxy.RunAsync("call").AsTask();
        world.IsDown = false;
        await waiting.WaitAsync(World.Patience);
        Assert.Equal("subscribe", await order.Reader.ReadAsync());
        Assert.Equal("call", await order.Reader.ReadAsync());
    }

    [Fact]
    public async Task A_hook_that_fails_is_a_failed_attempt()
    {
        var failures = 3;
        await using var world = await SessionWorld.StartAsync(options => options.Reconnect = Without(reconnect =>
        {
            reconnect.RetryFirst = true;
            reconnect.Connected = (_, _) => failures-- > 0 ? throw new InvalidOperationException("Not yet.") : default;
        }));
        Assert.Equal(4, world.Connections);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task The_first_connection_is_retried_if_asked_and_fails_at_once_otherwise()
    {
        var transport = new Unreachable();
        var exception = await Assert.ThrowsAsync<RpcConnectException>(async () => await RpcClient.ConnectAsync("pair://test", options =>
        {
            options.AddTransport(transport);
            options.Reconnect = SessionWorld.Quick();
        }));
        Assert.Equal(RpcCloseReason.TransportLost, exception.Reason);
        Assert.Equal(1, transport.Attempts);

        using var cancellation = new CancellationTokenSource();
        transport.OnAttempt = attempt =>
        {
            if (attempt == 50)
            {
                cancellation.Cancel();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await RpcClient.ConnectAsync(
            "pair://test",
            options =>
            {
                options.AddTransport(transport);
                options.Reconnect = SessionWorld.Quick();
                options.Reconnect.RetryFirst = true;
            },
            cancellation.Token));
        Assert.True(transport.Attempts >= 50);
    }

    [Fact]
    public async Task Addresses_are_tried_in_turn()
    {
        var transport = new Unreachable();
        await Assert.ThrowsAsync<RpcConnectException>(async () => await RpcClient.ConnectAsync("pair://a", options =>
        {
            options.AddTransport(transport);
            options.Reconnect = SessionWorld.Quick();
            options.Reconnect.Addresses.Add(new Uri("pair://b"));
            options.Reconnect.Addresses.Add(new Uri("pair://c"));
        }));
        Assert.Equal(["a", "b", "c"], transport.Hosts);
    }

    [Fact]
    public async Task The_client_closes_after_the_last_attempt_and_everything_that_waits_ends()
    {
        await using var world = await SessionWorld.StartAsync(options => options.Reconnect = Without(static reconnect => reconnect.MaxAttempts = 4));
        var attempts = new List<int>();
        var closed = new TaskCompletionSource<RpcClientStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Client.StatusChanged += (_, status) =>
        {
            if (status.State == RpcClientState.Closed)
            {
                closed.TrySetResult(status);
            }
            else if (status.State == RpcClientState.Reconnecting)
            {
                attempts.Add(status.Attempt);
            }
        };
        world.IsDown = true;
        world.Cut();
        var status = await closed.Task.WaitAsync(World.Patience);
        Assert.Equal([1, 2, 3, 4], attempts);
        Assert.Equal(RpcCloseReason.TransportLost, status.Reason!.Reason);
        await Assert.ThrowsAsync<RpcConnectException>(() => world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        await Assert.ThrowsAsync<RpcConnectException>(() => world.Client.WhenOpenAsync().AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Delays_double_up_to_the_most_and_a_random_part_of_them_is_waited()
    {
        var random = 1.0;
        var reconnect = new RpcReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1), NextRandom = () => random };
        Assert.Equal([100, 200, 400, 800, 1000, 1000], Enumerable.Range(1, 6).Select(attempt => reconnect.DelayOf(attempt).TotalMilliseconds));
        Assert.Equal(1000, reconnect.DelayOf(int.MaxValue).TotalMilliseconds);
        random = 0.25;
        Assert.Equal([25, 50, 100], Enumerable.Range(1, 3).Select(attempt => reconnect.DelayOf(attempt).TotalMilliseconds));

        var time = new ManualTimeProvider();
        await using var world = await SessionWorld.StartAsync(options =>
        {
            options.TimeProvider = time;
            options.Reconnect = new RpcReconnectOptions { InitialDelay = TimeSpan.FromSeconds(8), Resume = false, NextRandom = static () => 0.5 };
        });
        var delays = Channel.CreateUnbounded<RpcClientStatus>();
        world.Client.StatusChanged += (_, status) =>
        {
            if (status.State == RpcClientState.Reconnecting)
            {
                delays.Writer.TryWrite(status);
            }
        };
        world.Cut();
        Assert.Equal(TimeSpan.FromSeconds(4), (await delays.Reader.ReadAsync().AsTask().WaitAsync(World.Patience)).Delay);

        // The network is back: no reason to wait.
        while (world.Client.Status.State != RpcClientState.Open)
        {
            world.Client.ReconnectNow();
            await Task.Yield();
        }

        Assert.Equal(2, world.Connections);
    }

    [Fact]
    public async Task A_client_that_was_kicked_stays_away_and_one_whose_server_failed_does_not()
    {
        await using (var world = await SessionWorld.StartAsync())
        {
            await world.ServerSide.CloseAsync(RpcCloseReason.Kicked, "Cheating.").AsTask().WaitAsync(World.Patience);
            await world.WhenAsync(RpcClientState.Closed);
            Assert.Equal((RpcCloseReason.Kicked, "Cheating.", true), (world.Client.Status.Reason!.Reason, world.Client.Status.Reason.Message, world.Client.Status.Reason.ByPeer));
            Assert.Equal(1, world.Connections);
        }

        await using (var world = await SessionWorld.StartAsync())
        {
            world.ServerSide.Abort();
            await Eventually.TrueAsync(() => world.Connections > 1 && world.Client.Status.State == RpcClientState.Open);
            Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        }
    }

    [Fact]
    public async Task A_stream_is_opened_again_behind_the_last_item()
    {
        await using var world = await SessionWorld.StartAsync(WithoutResume);
        var opened = new List<int>();
        world.Service.OnCount = (first, token) => TestService.Count(100 - first, token);
        var items = RpcStreams.Resumable(
            (last, token) =>
            {
                opened.Add(last);
                return AddAsync(world.Proxy.CountAsync(last, token), last);
            },
            static item => item + 1,
            first: 0);
        var seen = new List<int>();
        await foreach (var item in items)
        {
            seen.Add(item);
            if (seen.Count is 30 or 60)
            {
                world.Cut();
                await Eventually.TrueAsync(() => world.Client.Connection.State == RpcConnectionState.Open && world.Connections == 1 + (seen.Count / 30));
            }
        }

        Assert.Equal(Enumerable.Range(0, 100), seen);
        Assert.Equal(0, opened[0]);

        static async IAsyncEnumerable<int> AddAsync(IAsyncEnumerable<int> items, int first)
        {
            await foreach (var item in items)
            {
                yield return item + first;
            }
        }
    }

    [Fact]
    public async Task A_stream_of_a_client_that_has_ended_is_not_opened_for_ever()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var proxy = world.Proxy;
        var opened = 0;
        var items = RpcStreams.Resumable(
            (last, token) =>
            {
                opened++;
                return proxy.CountAsync(int.MaxValue, token);
            },
            static item => item,
            first: 0).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(World.Patience));
        await world.ServerSide.DisposeAsync().AsTask().WaitAsync(World.Patience);
        await world.Client.Connection.Closed.WaitAsync(World.Patience);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await items.MoveNextAsync().AsTask().WaitAsync(World.Patience))
            {
            }
        });
        Assert.True(opened <= 4);
        await items.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_reconnect_tells_its_end()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var closed = new TaskCompletionSource<RpcClientStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Client.StatusChanged += (_, status) => closed.TrySetResult(status);
        Assert.Equal(RpcClientState.Open, world.Client.Status.State);
        await world.Client.WhenOpenAsync();
        Assert.Throws<InvalidOperationException>(world.Client.ReconnectNow);
        await world.ServerSide.CloseAsync().AsTask().WaitAsync(World.Patience);
        Assert.Equal(RpcClientState.Closed, (await closed.Task.WaitAsync(World.Patience)).State);
        Assert.Equal(RpcClientState.Closed, world.Client.Status.State);
        await Assert.ThrowsAsync<RpcConnectException>(() => world.Client.WhenOpenAsync().AsTask());
    }

    private static void WithoutResume(RpcClientOptions options) => options.Reconnect = Without(static _ => { });

    private static RpcReconnectOptions Without(Action<RpcReconnectOptions> configure)
    {
        var options = SessionWorld.Quick();
        options.Resume = false;
        configure(options);
        return options;
    }

    private sealed class Unreachable : IRpcClientTransport
    {
        private int _attempts;

        public List<string> Hosts { get; } = [];

        public Action<int>? OnAttempt { get; set; }

        public int Attempts => _attempts;

        public IReadOnlyCollection<string> Schemes => ["pair"];

        public ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
        {
            Hosts.Add(address.Host);
            _attempts++;
            OnAttempt?.Invoke(_attempts);
            throw new TransportException(TransportError.ConnectionRefused, "Nobody is there.");
        }
    }
}
