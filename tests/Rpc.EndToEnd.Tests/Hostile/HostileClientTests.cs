using Rpc.EndToEnd.Tests.Raw;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Hostile;

/// <summary>A client that breaks the protocol loses its connection with a typed reason, and nobody else notices.</summary>
[Collection(nameof(MemoryCollection))]
public sealed class HostileClientTests
{
    [Fact]
    public async Task The_page_of_the_protocol_suffices_to_make_a_call()
    {
        await using var world = await StartAsync();
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(Add(0, 1, 2));
        var answer = await peer.ReadAsync();
        Assert.Equal(Response, answer!.Type);
        Assert.Equal(Join(Id(0), Int(3)), answer.Body);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x01)]
    [InlineData(0x02)]
    [InlineData(0x03)]
    [InlineData(0x04)]
    [InlineData(0x17)]
    [InlineData(0x24)]
    [InlineData(0x2C)]
    [InlineData(0x34)]
    [InlineData(0x42)]
    [InlineData(0xFF)]
    public Task A_frame_of_an_unknown_type_ends_the_connection(byte type) => EndsAsync(RpcCloseReason.ProtocolError, Of(type, new byte[32]));

    [Theory]
    [InlineData(Request, 6)]
    [InlineData(RequestExtended, 6)]
    [InlineData(OneWay, 3)]
    [InlineData(OneWayExtended, 3)]
    [InlineData(Response, 2)]
    [InlineData(Fault, 2)]
    [InlineData(Cancel, 2)]
    [InlineData(CallerItems, 3)]
    [InlineData(CallerEnd, 3)]
    [InlineData(CalleeItems, 3)]
    [InlineData(CalleeStop, 3)]
    [InlineData(Ping, 7)]
    [InlineData(Pong, 7)]
    [InlineData(GoAway, 2)]
    [InlineData(Close, 1)]
    [InlineData(Piece, 2)]
    [InlineData(PieceAck, 3)]
    public async Task A_frame_that_is_shorter_than_its_fields_ends_the_connection(byte type, int length)
    {
        for (var i = 0; i <= length; i++)
        {
            await EndsAsync(RpcCloseReason.ProtocolError, Of(type, new byte[i]));
        }
    }

    [Theory]
    [InlineData(Response)]
    [InlineData(Fault)]
    public Task An_answer_to_no_call_ends_the_connection(byte type) => EndsAsync(RpcCloseReason.ProtocolError, Of(type, Id(0), [5, 0]));

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 16)]
    public Task A_second_call_in_a_slot_in_use_ends_the_connection(int secondId) => EndsAsync(RpcCloseReason.ProtocolError, Run(0, "block"), Run(secondId, "block"));

    [Fact]
    public Task A_refused_call_in_a_slot_in_use_ends_the_connection() =>
        EndsAsync(RpcCloseReason.ProtocolError, Run(0, "block"), Of(Request, Id(0), Method("NoSuchMethod"), [0]));

    [Fact]
    public Task More_calls_at_once_than_granted_end_the_connection() =>
        EndsAsync(RpcCloseReason.ResourceExhausted, [.. Enumerable.Range(0, 5).Select(static i => Run(i, "block"))]);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(65_535)]
    public Task A_slot_beyond_the_calls_granted_ends_the_connection(int slot) => EndsAsync(RpcCloseReason.ProtocolError, Run(slot, "x"));

    [Fact]
    public Task A_stream_that_the_call_does_not_have_ends_the_connection() =>
        EndsAsync(RpcCloseReason.ProtocolError, Sum(0), Of(CallerItems, Id(0), [2], Int(7)));

    [Fact]
    public Task Items_for_the_result_of_the_peers_own_call_end_the_connection() =>
        EndsAsync(RpcCloseReason.ProtocolError, Sum(0), Of(CallerItems, Id(0), [0], Int(7)));

    [Fact]
    public async Task Items_beyond_the_credit_end_the_connection()
    {
        // The handler reads nothing, so the window of 1,000 bytes is all there is: one frame may exceed it, the next may not be sent.
        await EndsAsync(RpcCloseReason.ProtocolError, Sum(0), Of(CallerItems, Id(0), [1], new byte[1200]), Of(CallerItems, Id(0), [1], new byte[4]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public Task A_credit_that_is_not_positive_ends_the_connection(int credit) =>
        EndsAsync(RpcCloseReason.ProtocolError, Of(Request, Id(0), Method("CountAsync"), [1], Int(1_000_000)), Of(CallerCredit, Id(0), [0], Int(credit)));

    [Fact]
    public async Task What_arrives_for_a_call_that_has_ended_is_ignored()
    {
        await using var world = await StartAsync();
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(
            Of(CallerItems, Id(3), [1], Int(1)), Of(CallerEnd, Id(3), [1]), Of(CallerCredit, Id(3), [0], Int(10)), Of(CalleeCredit, Id(3), [1], Int(10)),
            Of(CalleeItems, Id(3), [0], Int(1)), Of(CalleeStop, Id(3), [1]), Of(Cancel, Id(3)), Add(0, 20, 3));
        Assert.Equal(Join(Id(0), Int(23)), (await peer.ReadAsync(Response)).Body);
    }

    [Fact]
    public async Task A_frame_longer_than_the_limit_ends_the_connection_before_its_bytes_arrive()
    {
        await EndsAsync(RpcCloseReason.ProtocolError, Header(Request, 10_100));
        await EndsAsync(RpcCloseReason.ProtocolError, Header(Request, 0xFFFFFF));
    }

    [Fact]
    public async Task Lengths_that_lie_inside_a_frame_end_the_connection()
    {
        await EndsAsync(RpcCloseReason.ProtocolError, Of(RequestExtended, Id(0), Method("AddAsync"), Varint(200), [2]));
        await EndsAsync(RpcCloseReason.ProtocolError, Of(RequestExtended, Id(0), Method("AddAsync"), Varint(uint.MaxValue), [2]));
        await EndsAsync(RpcCloseReason.ProtocolError, Of(RequestExtended, Id(0), Method("AddAsync"), Varint(3), Varint(4), Varint(100), [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, Of(RequestExtended, Id(0), Method("AddAsync"), [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1]));
        await EndsAsync(RpcCloseReason.ProtocolError, Of(Close, [0], Varint(1000), [65]));
        await EndsAsync(RpcCloseReason.ProtocolError, Of(GoAway, [0], Varint(0), Varint(5), [65]));
        await EndsAsync(RpcCloseReason.ProtocolError, Sum(0), Of(CallerEnd, Id(0), [1], [5], Varint(99)));
    }

    [Fact]
    public async Task Pieces_that_do_not_fit_end_the_connection()
    {
        var call = Join([Request], Run(0, "x")[4..]);
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 0, null, call));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 2, null, call));
        await EndsAsync(RpcCloseReason.ProtocolError, Of(Piece, [1, 0, 1], [9, 0]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, 0, []));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, -5, [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, int.MaxValue, [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, 10_100, [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, 100, []));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, 100, [1]), PieceOf(1, 1, 100, [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, 100, [1]), PieceOf(2, 0, null, [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 3, 100, [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, 1, [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, 2, [1]), PieceOf(1, 2, null, [1, 2]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 1, 3, [1]), PieceOf(1, 2, null, [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 3, 9, [Piece], [2, 0, 3], Int(1), [Request]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 3, 2, [0x77], [1]));
        await EndsAsync(RpcCloseReason.ProtocolError, PieceOf(1, 3, 2, [Request], [1]));
    }

    [Fact]
    public async Task Pieces_of_several_frames_may_be_interleaved()
    {
        await using var world = await StartAsync();
        await using var peer = await RawPeer.OpenAsync(world);
        byte[] one = [Request, .. Run(0, "one")[4..]], two = [Request, .. Run(1, "two")[4..]];
        await peer.SendAsync(
            PieceOf(7, 1, one.Length, one[..5]), PieceOf(8, 1, two.Length, two[..3]), Add(2, 1, 1), PieceOf(8, 0, null, two[3..9]),
            PieceOf(7, 2, null, one[5..]), PieceOf(8, 2, null, two[9..]));
        Assert.Equal(Join(Id(2), Int(2)), (await peer.ReadAsync(Response)).Body);
        Assert.Equal(Join(Id(0), PayloadText("one")), (await peer.ReadAsync(Response)).Body);
        Assert.Equal(Join(Id(1), PayloadText("two")), (await peer.ReadAsync(Response)).Body);
    }

    [Fact]
    public async Task Incomplete_frames_beyond_the_limit_end_the_connection()
    {
        var pieces = Enumerable.Range(0, 4).Select(static i => PieceOf((ushort)i, 1, 9_000, new byte[8_000])).ToArray();
        await EndsAsync(RpcCloseReason.ResourceExhausted, pieces);
    }

    [Fact]
    public async Task Announcing_large_frames_takes_no_memory()
    {
        await using var world = await StartAsync(rpc => rpc.Options.Limits.MaxFrameSize = rpc.Options.Limits.MaxReassemblyBytes = (1 << 30) - 1);
        await using var peer = await RawPeer.OpenAsync(world);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 1000; i++)
        {
            await peer.SendAsync(PieceOf((ushort)i, 1, 1_000_000_000, [Request]));
        }

        await peer.SendAsync(Add(0, 1, 1));
        await peer.ReadAsync(Response);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
    }

    [Fact]
    public async Task A_flood_of_pings_that_are_not_read_ends_the_connection()
    {
        await using var world = await StartAsync(static rpc =>
        {
            rpc.Options.Limits.MaxQueuedBytes = 16 * 1024;
            rpc.Options.Limits.SendHighWater = 1024;
        });
        await FloodAsync(world, Of(Ping, new byte[8]), perWrite: 1000, writes: 1000);
    }

    [Fact]
    public async Task A_flood_of_refused_calls_whose_refusals_are_not_read_ends_the_connection()
    {
        await using var world = await StartAsync(static rpc =>
        {
            rpc.Options.Limits.MaxQueuedBytes = 16 * 1024;
            rpc.Options.Limits.SendHighWater = 1024;
        });
        await FloodAsync(world, Of(Request, Id(0), Method("NoSuchMethod"), [0]), perWrite: 1000, writes: 1000);
    }

    [Fact]
    public async Task A_flood_of_cancels_of_one_call_runs_its_callbacks_once_and_the_call_ends()
    {
        var cancelled = 0;
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(_ => new TestService
        {
            OnRun = async (_, token) =>
            {
                await using var registration = token.Register(() => Interlocked.Increment(ref cancelled));
                return await release.Task;
            },
        });
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(Run(0, "x"));
        for (var i = 0; i < 100; i++)
        {
            await peer.SendAsync([.. Enumerable.Repeat(Of(Cancel, Id(0)), 1000)]);
        }

        await peer.SendAsync(Add(1, 1, 1));
        Assert.Equal(1, (await peer.ReadAsync(Response)).CallId);
        release.SetResult("after all");
        var answer = await peer.ReadAsync();
        Assert.Equal((Response, 0), (answer!.Type, answer.CallId));
        Assert.Equal(1, cancelled);
    }

    [Fact]
    public async Task A_deadline_of_the_far_future_is_a_deadline()
    {
        await using var world = await StartAsync();
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(Of(RequestExtended, Id(0), Method("AddAsync"), Varint(6), Field(1, Int(-1)), [2], Int(4), Int(5)));
        Assert.Equal(Join(Id(0), Int(9)), (await peer.ReadAsync(Response)).Body);
    }

    [Fact]
    public async Task Malformed_arguments_fail_the_call_and_nothing_else()
    {
        await using var world = await StartAsync();
        await using var peer = await RawPeer.OpenAsync(world);
        byte[][] malformed = [[], [0xFF], [2], [2, 1, 0, 0], [0x7F]];
        foreach (var arguments in malformed)
        {
            await peer.SendAsync(Of(Request, Id(1), Method("AddAsync"), arguments));
            var fault = await peer.ReadAsync(Fault);
            Assert.Equal((1, (byte)RpcStatusCode.InvalidArgument), (fault.CallId, fault.Code));
        }

        await peer.SendAsync(Of(Request, Id(1), Method("RunAsync"), [1], Int(~int.MaxValue), Int(int.MaxValue)));
        Assert.Equal((byte)RpcStatusCode.InvalidArgument, (await peer.ReadAsync(Fault)).Code);
        await peer.SendAsync(Add(1, 1, 1));
        await peer.ReadAsync(Response);
    }

    [Fact]
    public async Task Fewer_arguments_are_defaulted_and_more_are_ignored()
    {
        await using var world = await StartAsync();
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(Of(Request, Id(0), Method("RaiseAsync", "Rpc.EndToEnd.Tests.Hostile.IProbe"), [1], Int(4)));
        Assert.Equal(Join(Id(0), Int(11)), (await peer.ReadAsync(Response)).Body);
        await peer.SendAsync(Of(Request, Id(0), Method("RaiseAsync", "Rpc.EndToEnd.Tests.Hostile.IProbe"), [3], Int(4), Int(5), PayloadText("more")));
        Assert.Equal(Join(Id(0), Int(9)), (await peer.ReadAsync(Response)).Body);
        await peer.SendAsync(Of(Request, Id(0), Method("RaiseAsync", "Rpc.EndToEnd.Tests.Hostile.IProbe"), [0]));
        Assert.Equal((byte)RpcStatusCode.InvalidArgument, (await peer.ReadAsync(Fault)).Code);
    }

    [Fact]
    public async Task A_one_way_method_called_for_an_answer_and_a_call_sent_one_way_are_refused()
    {
        await using var world = await StartAsync();
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(Of(OneWay, Method("AddAsync"), [0]), Of(Request, Id(0), Method("Note"), [1], Int(4)));
        Assert.Equal((byte)RpcStatusCode.InvalidArgument, (await peer.ReadAsync(Fault)).Code);
        await peer.SendAsync(Add(0, 1, 1));
        await peer.ReadAsync(Response);
    }

    private sealed class Probe : IProbe
    {
        public ValueTask<int> RaiseAsync(int value, int by = 7) => new(value + by);
    }

    private static byte[] Sum(int callId) => Of(Request, Id(callId), Method("SumAsync"), [0]);

    /// <summary>A server whose limits are within a test's reach; <c>RunAsync("block")</c> and <c>SumAsync</c> end when their call is cancelled.</summary>
    private static Task<World> StartAsync(Action<Server.RpcServerBuilder>? server = null) => World.StartAsync(
        static _ => new TestService
        {
            OnRun = static (what, token) => what == "block" ? new(new TaskCompletionSource<string>().Task.WaitAsync(token)) : new(what),
            OnSum = static (_, token) => new(new TaskCompletionSource<long>().Task.WaitAsync(token)),
        },
        server: rpc =>
        {
            rpc.Options.Limits.MaxFrameSize = 10_000;
            rpc.Options.Limits.MaxReassemblyBytes = 30_000;
            rpc.Options.Limits.MaxConcurrentCalls = 4;
            rpc.Options.Limits.StreamWindow = 1000;
            rpc.AddService<IProbe>(static _ => new Probe());
            server?.Invoke(rpc);
        });

    /// <summary>Sends frames after a good handshake, and expects the farewell at the peer and the same reason at the server.</summary>
    private static async Task EndsAsync(RpcCloseReason reason, params byte[][] frames)
    {
        await using var world = await StartAsync();
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(frames);
        var farewell = await peer.ReadFarewellAsync();
        Assert.Equal(reason, farewell.Reason);
        var info = await peer.ServerSide.Closed.WaitAsync(World.Patience);
        Assert.Equal((reason, farewell.Text, false), (info.Reason, info.Message, info.ByPeer));
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    private static async Task FloodAsync(World world, byte[] frame, int perWrite, int writes)
    {
        await using var peer = await RawPeer.OpenAsync(world);
        var frames = Join([.. Enumerable.Repeat(frame, perWrite)]);
        try
        {
            for (var i = 0; i < writes; i++)
            {
                await peer.SendAsync(frames);
            }

            Assert.Fail("The server took it all.");
        }
        catch (Transports.TransportException)
        {
            // It was cut.
        }

        Assert.Equal(RpcCloseReason.ResourceExhausted, (await peer.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }
}
