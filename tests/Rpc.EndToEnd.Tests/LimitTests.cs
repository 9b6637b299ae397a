using Rpc.EndToEnd.Tests.Raw;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Faults;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests;

/// <summary>Every limit is reached, and the party that can act is told. Frames, pieces and windows beyond theirs are with the hostile peers.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Metadata_beyond_the_peers_limit_fails_the_call_before_it_is_sent()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: static rpc => rpc.Options.Limits.MaxMetadataSize = 132);
        await FailsAsync(RpcStatusCode.ResourceExhausted, () => world.Proxy.With(With(96)).AddAsync(1, 2).AsTask());
        Assert.Equal(3, await world.Proxy.With(With(95)).AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        await FailsAsync(RpcStatusCode.ResourceExhausted, () => world.Proxy.With(With(96)).CountAsync(1).GetAsyncEnumerator().MoveNextAsync().AsTask());
        Assert.Equal(RpcStatusCode.ResourceExhausted, Assert.Throws<RpcException>(() => world.Proxy.With(With(96)).Note(1)).StatusCode);

        static RpcCallOptions With(int length) => new() { Metadata = new RpcMetadata { { "12345", new string('x', length) } } };
    }

    [Fact]
    public async Task Metadata_beyond_this_sides_limit_fails_the_call_of_a_peer_that_sends_it_all_the_same()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: static rpc => rpc.Options.Limits.MaxMetadataSize = 100);
        await using var peer = await RawPeer.OpenAsync(world);
        var id = 0;
        foreach (var length in (int[])[200, 5000])
        {
            var extension = Field(4, Join(WireText("name"), WireText(new string('x', length))));
            await peer.SendAsync(Of(RequestExtended, Id(id++), Method("AddAsync"), Varint((uint)extension.Length), extension, [2], Int(1), Int(2)));
            Assert.Equal((byte)RpcStatusCode.ResourceExhausted, (await peer.ReadAsync(Fault)).Code);
        }

        await peer.SendAsync(Add(id, 1, 2));
        await peer.ReadAsync(Response);
    }

    [Fact]
    public async Task Calls_beyond_the_rate_fail_until_the_second_is_over()
    {
        var time = new ManualTimeProvider();
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc =>
        {
            rpc.Options.TimeProvider = time;
            rpc.Options.Limits.MaxCallsPerSecond = 10;
        });
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(i + 1, await world.Proxy.AddAsync(i, 1).AsTask().WaitAsync(World.Patience));
            }

            await FailsAsync(RpcStatusCode.ResourceExhausted, () => world.Proxy.AddAsync(1, 2).AsTask());
            time.Advance(TimeSpan.FromSeconds(1));
        }

        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task More_large_calls_at_once_than_the_peer_can_put_together_take_their_turn()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: static rpc => Shrink(rpc.Options.Limits), client: static options => Shrink(options.Limits));
        var payload = new byte[400_000];
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ => Assert.Equal(payload.Length, (await world.Proxy.EchoAsync(payload)).Length))).WaitAsync(World.Patience);
        Assert.Equal(RpcConnectionState.Open, world.Client.Connection!.State);

        static void Shrink(RpcLimits limits) => limits.MaxFrameSize = limits.MaxReassemblyBytes = 1 << 20;
    }

    [Fact]
    public async Task A_peer_that_does_not_say_how_much_it_puts_together_gets_no_more_than_its_longest_frame_at_once()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await using var peer = await RawPeer.OpenAsync(world);
        var echo = Join(Method("EchoAsync"), [1], Int(400_000), new byte[400_000]);
        for (var i = 0; i < 8; i++)
        {
            await peer.SendAsync(Of(Request, Id(i), echo));
        }

        var begun = new HashSet<int>();
        for (var ended = 0; ended < 8;)
        {
            var piece = await peer.ReadAsync(Piece);
            begun.Add(BitConverter.ToUInt16(piece.Body));
            Assert.InRange(begun.Count, 1, 2);
            if ((piece.Body[2] & 2) != 0)
            {
                begun.Remove(BitConverter.ToUInt16(piece.Body));
                ended++;
            }
        }
    }

    [Fact]
    public async Task A_full_queue_makes_calls_wait_and_one_way_calls_fail()
    {
        StallConnection? stalled = null;
        await using var world = await World.StartAsync(
            _ => new TestService(),
            transport: new PairTransport(client => stalled = new StallConnection(client)),
            client: static options =>
            {
                options.Limits.MaxQueuedBytes = 100_000;
                options.Limits.SendHighWater = 50_000;
            });
        stalled!.OutputGate.Close();
        var calls = Enumerable.Range(0, 20).Select(i => world.Proxy.EchoAsync(new byte[20_000 + i]).AsTask()).ToArray();
        Assert.Equal(RpcStatusCode.ResourceExhausted, Assert.Throws<RpcException>(() => world.Proxy.Note(1)).StatusCode);
        using var source = new CancellationTokenSource();
        var waiting = world.Proxy.AddAsync(1, 2, source.Token).AsTask();
        var oneWay = world.Proxy.NoteAsync(7).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).WaitAsync(World.Patience);
        Assert.False(oneWay.IsCompleted);
        stalled.OutputGate.Open();
        var results = await Task.WhenAll(calls).WaitAsync(World.Patience);
        Assert.Equal(Enumerable.Range(20_000, 20), results.Select(static result => result.Length));
        await oneWay.WaitAsync(World.Patience);
        world.Proxy.Note(1);
    }

    [Fact]
    public async Task Answers_that_are_not_read_give_way_to_an_error()
    {
        await using var world = await World.StartAsync(
            _ => new TestService(),
            server: static rpc =>
            {
                rpc.Options.Limits.MaxQueuedBytes = 300_000;
                rpc.Options.Limits.SendHighWater = 50_000;
            });
        await using var peer = await RawPeer.OpenAsync(world);
        var payload = new byte[20_000];
        for (var i = 0; i < 60; i++)
        {
            await peer.SendAsync(Of(Request, Id(i), Method("EchoAsync"), [1], Int(payload.Length), payload));
        }

        var answers = new List<RawFrame>();
        while (answers.Count < 60)
        {
            answers.Add((await peer.ReadAsync())!);
        }

        Assert.Equal(Enumerable.Range(0, 60), answers.Select(static answer => answer.CallId).Order());
        Assert.Contains(answers, static answer => answer.Type == Response);
        Assert.Contains(answers, static answer => answer.Type == Fault);
        Assert.All(answers.Where(static answer => answer.Type == Fault), static answer => Assert.Equal((byte)RpcStatusCode.ResourceExhausted, answer.Code));
    }

    [Fact]
    public async Task Arguments_that_handlers_have_not_taken_yet_stop_the_reading()
    {
        using var blocked = new ManualResetEventSlim();
        await using var world = await World.StartAsync(
            _ => new TestService
            {
                OnRun = (what, _) =>
                {
                    blocked.Wait(World.Patience, CancellationToken.None);
                    return new(what.Length.ToString());
                },
            },
            server: static rpc => rpc.Options.Limits.MaxInboundBytes = 10_000);
        var calls = Enumerable.Range(0, 20).Select(i => world.Proxy.RunAsync(new string('x', 9000 + i)).AsTask()).ToArray();
        Assert.All(calls, static call => Assert.False(call.IsCompleted));
        blocked.Set();
        var results = await Task.WhenAll(calls).WaitAsync(World.Patience);
        Assert.Equal(Enumerable.Range(9000, 20).Select(static i => i.ToString()), results);
    }

    [Fact]
    public async Task One_way_calls_beyond_the_limit_are_dropped_and_said_once()
    {
        var log = new RecordingLoggerFactory();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var service = new Holding(release.Task);
        await using var world = await World.StartAsync(_ => service, server: rpc =>
        {
            rpc.Options.LoggerFactory = log;
            rpc.Options.Limits.MaxConcurrentCalls = 5;
        });
        for (var i = 0; i < 20; i++)
        {
            await world.Proxy.NoteAsync(i).AsTask().WaitAsync(World.Patience);
        }

        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.Equal(5, service.Started);
        Assert.Single(log.Entries, static entry => entry.Id.Name == "OneWayDropped");
        release.SetResult();
    }

    private static async Task FailsAsync(RpcStatusCode status, Func<Task> call) =>
        Assert.Equal(status, (await Assert.ThrowsAsync<RpcException>(call).WaitAsync(World.Patience)).StatusCode);

    private sealed class Holding(Task release) : TestService, ITestService
    {
        private int _started;

        public int Started => Volatile.Read(ref _started);

        async ValueTask ITestService.NoteAsync(int value)
        {
            Interlocked.Increment(ref _started);
            await release;
        }
    }
}
