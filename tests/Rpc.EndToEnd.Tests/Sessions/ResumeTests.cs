using Rpc.Client;
using Rpc.Transport.Conformance.Faults;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Sessions;

/// <summary>A session outlives its connections, and nobody who calls notices.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task A_call_whose_connection_is_lost_is_executed_once_and_answered()
    {
        await using var world = await SessionWorld.StartAsync();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var executed = 0;
        world.Service.OnRun = async (what, token) =>
        {
            Interlocked.Increment(ref executed);
            started.SetResult();
            await go.Task.WaitAsync(token);
            return what + " done";
        };
        var call = world.Proxy.RunAsync("work").AsTask();
        await started.Task.WaitAsync(World.Patience);

        world.IsDown = true;
        world.Cut();
        await world.WhenAsync(RpcClientState.Reconnecting);
        go.SetResult();
        await Eventually.TrueAsync(() => world.ServerSide.IsInterrupted);
        Assert.False(call.IsCompleted);
        world.IsDown = false;

        Assert.Equal("work done", await call.WaitAsync(World.Patience));
        Assert.Equal(1, executed);
        await world.WhenAsync(RpcClientState.Open);
        Assert.Same(world.ServerSide, Assert.Single(world.Server.Connections));
    }

    [Fact]
    public async Task Calls_made_while_there_is_no_connection_go_out_with_the_next()
    {
        await using var world = await SessionWorld.StartAsync();
        world.IsDown = true;
        world.Cut();
        await world.WhenAsync(RpcClientState.Reconnecting);
        var calls = Enumerable.Range(0, 100).Select(i => world.Proxy.AddAsync(i, 1).AsTask()).ToArray();
        world.Proxy.Note(7);
        world.IsDown = false;
        Assert.Equal(Enumerable.Range(1, 100), await Task.WhenAll(calls).WaitAsync(World.Patience));
        Assert.Equal(7, await world.Service.Notes.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_or_late_while_there_is_no_connection_ends_at_once()
    {
        await using var world = await SessionWorld.StartAsync();
        world.IsDown = true;
        world.Cut();
        await world.WhenAsync(RpcClientState.Reconnecting);
        using var cancellation = new CancellationTokenSource();
        var cancelled = world.Proxy.AddAsync(1, 2, cancellation.Token).AsTask();
        var late = world.Proxy.With(new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(1) }).AddAsync(1, 2).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(World.Patience));
        Assert.Equal(RpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => late.WaitAsync(World.Patience))).StatusCode);
        world.IsDown = false;
        Assert.Equal(5, await world.Proxy.AddAsync(2, 3).AsTask().WaitAsync(World.Patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cut_after_any_number_of_bytes_loses_nothing_and_repeats_nothing(bool atClient)
    {
        for (var bytes = 170; bytes < 2500; bytes += bytes < 400 ? 7 : 97)
        {
            var left = bytes;
            StreamTransportConnection Wrap(int number, StreamTransportConnection inner) => number < 3 ? new CutConnection(inner, left + (number * 13)) : inner;
            await using var world = await SessionWorld.StartAsync(wrap: atClient ? Wrap : null, wrapServer: atClient ? null : Wrap);
            await AllShapesAsync(world);
            Assert.True(world.Connections > 1, $"Nothing was cut at {bytes} bytes.");
        }
    }

    [Fact]
    public async Task Streams_in_every_direction_go_on_over_many_cuts_with_each_item_once_and_in_order()
    {
        const int Items = 60_000;
        await using var world = await SessionWorld.StartAsync();
        var down = Task.Run(async () =>
        {
            var next = 0;
            await foreach (var item in world.Proxy.CountAsync(Items))
            {
                Assert.Equal(next++, item);
                if (next % 10_000 == 0)
                {
                    var before = world.Connections;
                    world.Cut();
                    await Eventually.TrueAsync(() => world.Connections > before);
                }
            }

            Assert.Equal(Items, next);
        });
        var up = Task.Run(async () => Assert.Equal((long)Items * (Items - 1) / 2, await world.Proxy.SumAsync(TestService.Count(Items, default))));
        var both = Task.Run(async () =>
        {
            var next = 0;
            await foreach (var line in world.Proxy.TalkAsync(LinesAsync()))
            {
                Assert.Equal($"LINE {next++}", line);
            }

            Assert.Equal(5000, next);
        });
        var back = Task.Run(async () =>
        {
            var client = world.ServerSide.GetProxy<ITestClient>();
            for (var i = 0; i < 2000; i++)
            {
                Assert.Equal($"{i}!", await client.AskAsync($"{i}"));
            }
        });
        await Task.WhenAll(down, up, both, back).WaitAsync(World.Patience * 2);
        Assert.Equal(7, world.Connections);

        static async IAsyncEnumerable<string> LinesAsync()
        {
            for (var i = 0; i < 5000; i++)
            {
                await Task.Yield();
                yield return $"line {i}";
            }
        }
    }

    [Fact]
    public async Task Large_payloads_survive_cuts_in_the_middle_of_their_pieces()
    {
        var cuts = 0;
        StreamTransportConnection Wrap(int number, StreamTransportConnection inner) => cuts++ < 12 ? new CutConnection(inner, 700_000) : inner;
        await using var world = await SessionWorld.StartAsync(wrap: Wrap);
        var payload = new byte[3_000_000];
        new Random(5).NextBytes(payload);
        var echoes = Enumerable.Range(0, 2).Select(_ => world.Proxy.EchoAsync(payload).AsTask()).ToArray();
        var small = world.Proxy.AddAsync(20, 3).AsTask();
        Assert.All(await Task.WhenAll(echoes).WaitAsync(World.Patience), echo => Assert.True(echo.AsSpan().SequenceEqual(payload)));
        Assert.Equal(23, await small.WaitAsync(World.Patience));
        Assert.True(world.Connections >= 9);
    }

    [Fact]
    public async Task Both_sides_tell_of_the_interruption_and_of_its_end()
    {
        await using var world = await SessionWorld.StartAsync();
        var events = System.Threading.Channels.Channel.CreateUnbounded<(string Side, bool IsInterrupted)>();
        world.Client.Connection.InterruptionChanged += (_, value) => events.Writer.TryWrite(("client", value));
        world.ServerSide.InterruptionChanged += (_, value) => events.Writer.TryWrite(("server", value));
        var states = System.Threading.Channels.Channel.CreateUnbounded<RpcClientStatus>();
        world.Client.StatusChanged += (_, status) =>
        {
            // The first connection may still be told of.
            if (status.State == RpcClientState.Reconnecting || world.Connections > 1)
            {
                states.Writer.TryWrite(status);
            }
        };
        world.Cut();
        List<(string, bool)> seen = [];
        while (seen.Count < 4)
        {
            seen.Add(await events.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        }

        Assert.Equal([("client", true), ("client", false)], seen.Where(e => e.Item1 == "client"));
        Assert.Equal([("server", true), ("server", false)], seen.Where(e => e.Item1 == "server"));
        var reconnecting = await states.Reader.ReadAsync().AsTask().WaitAsync(World.Patience);
        Assert.Equal((RpcClientState.Reconnecting, 1), (reconnecting.State, reconnecting.Attempt));
        Assert.Equal(RpcClientState.Open, (await states.Reader.ReadAsync().AsTask().WaitAsync(World.Patience)).State);
        Assert.Equal(RpcConnectionState.Open, world.Client.Connection.State);
    }

    [Fact]
    public async Task A_connection_that_looks_alive_can_be_given_up_for_another_without_loss()
    {
        await using var world = await SessionWorld.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var call = world.Proxy.AddAsync(i, i).AsTask();
            var before = world.Connections;
            world.Client.ReconnectNow();
            Assert.Equal(2 * i, await call.WaitAsync(World.Patience));
            await Eventually.TrueAsync(() => world.Connections > before && world.Client.Status.State == RpcClientState.Open);
        }
    }

    [Fact]
    public async Task A_session_that_ends_in_good_order_is_over_for_both()
    {
        await using var world = await SessionWorld.StartAsync();
        await world.Client.CloseAsync().AsTask().WaitAsync(World.Patience);
        Assert.Equal(RpcCloseReason.Normal, (await world.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
        Assert.Equal(RpcClientState.Closed, world.Client.Status.State);
        Assert.Equal(1, world.Connections);
        var exception = await Assert.ThrowsAsync<RpcConnectException>(async () => await world.Proxy.AddAsync(1, 2));
        Assert.Equal(RpcCallProgress.NotSent, exception.Progress);
    }

    private static async Task AllShapesAsync(SessionWorld world)
    {
        var proxy = world.Proxy;
        var progress = new List<int>();
        var client = world.ServerSide.GetProxy<ITestClient>();
        await Task.WhenAll(
            Task.Run(async () => Assert.Equal(3, await proxy.AddAsync(1, 2))),
            Task.Run(async () => Assert.Equal("text", await proxy.RunAsync("text"))),
            Task.Run(async () => Assert.Equal(190, await proxy.SumAsync(TestService.Count(20, default)))),
            Task.Run(async () => Assert.Equal(3, await proxy.WorkAsync(3, new Reports(progress)))),
            Task.Run(async () => Assert.Equal("why!", await client.AskAsync("why"))),
            Task.Run(async () =>
            {
                var items = new List<int>();
                await foreach (var item in proxy.CountAsync(200))
                {
                    items.Add(item);
                }

                Assert.Equal(Enumerable.Range(0, 200), items);
            }),
            Task.Run(async () =>
            {
                var payload = Enumerable.Range(0, 300).Select(static i => (byte)i).ToArray();
                for (var i = 0; i < 8; i++)
                {
                    Assert.Equal(payload, await proxy.EchoAsync(payload));
                }
            }),
            Task.Run(async () =>
            {
                for (var i = 0; i < 10; i++)
                {
                    await proxy.NoteAsync(i);
                }
            })).WaitAsync(World.Patience);
        var notes = new List<int>();
        while (notes.Count < 10)
        {
            notes.Add(await world.Service.Notes.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        }

        Assert.Equal(Enumerable.Range(0, 10), notes.Order());
        Assert.False(world.Service.Notes.Reader.TryRead(out _));
        Assert.Equal([1, 2, 3], progress);
    }

    private sealed class Reports(List<int> values) : IProgress<int>
    {
        public void Report(int value) => values.Add(value);
    }
}
