using System.Net;
using System.Net.Sockets;
using Rpc.Client;
using Rpc.EndToEnd.Tests.Raw;
using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transports;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Hostile;

/// <summary>Peers on sockets of their own, with what each of them can cost: the server stays up, and its memory within the bounds that its limits state.</summary>
[Collection(nameof(MemoryCollection))]
public sealed class SocketTests
{
    private const string Contract = "Rpc.EndToEnd.Tests.Hostile.IHostileTarget";
    private const long Mebibyte = 1 << 20;

    private readonly HostileTarget _target = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_handshake_of_a_byte_a_second_is_cut_when_its_time_is_over()
    {
        await using var server = await StartAsync(virtualTime: true);
        await using var peer = await RawSocket.ConnectAsync(server.Addresses[0]);
        await _time.WhenTimersAsync(1).WaitAsync(World.Patience);
        foreach (var b in Preface)
        {
            await peer.SendAsync([b]);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        await CutAsync(peer);
        Assert.Empty(server.Connections);
        await ServesAsync(server);
    }

    [Fact]
    public async Task Half_open_connections_beyond_the_limit_are_cut_and_cost_nobody_his_place()
    {
        await using var server = await StartAsync(static limits => (limits.MaxHandshakingConnections, limits.MaxConnections) = (10, 1), virtualTime: true);
        var open = new List<RawPeer>();
        for (var i = 0; i < 10; i++)
        {
            open.Add(await RawSocket.ConnectAsync(server.Addresses[0]));
            await _time.WhenTimersAsync(i + 1).WaitAsync(World.Patience);
        }

        for (var i = 0; i < 100; i++)
        {
            try
            {
                await using var beyond = await RawSocket.ConnectAsync(server.Addresses[0]);
                await CutAsync(beyond);
            }
            catch (SocketException)
            {
                // Cut before it knew that it was connected.
            }
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        foreach (var peer in open)
        {
            await CutAsync(peer);
            await peer.DisposeAsync();
        }

        // Cut, but not yet forgotten: that is the server's own business, and soon done.
        for (var served = false; !served;)
        {
            try
            {
                await ServesAsync(server);
                served = true;
            }
            catch (RpcConnectException)
            {
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task Connections_that_shake_hands_at_once_do_not_exceed_the_limit()
    {
        var asking = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(static limits => limits.MaxConnections = 3, configure: rpc => rpc.Authenticate(async (_, _) =>
        {
            if (Interlocked.Increment(ref asking) == 12)
            {
                all.SetResult();
            }

            await all.Task;
            return RpcAuthenticationResult.Anonymous();
        }));
        var peers = new List<RawPeer>();
        for (var i = 0; i < 12; i++)
        {
            peers.Add(await RawSocket.ConnectAsync(server.Addresses[0]));
            await peers[i].SendAsync(Preface, Of(Hello, Limits()));
        }

        var answers = new List<RawFrame>();
        foreach (var peer in peers)
        {
            await peer.ReadBytesAsync(8);
            answers.Add((await peer.ReadAsync())!);
        }

        Assert.Equal(3, answers.Count(static answer => answer.Type == Welcome));
        Assert.All(answers.Where(static answer => answer.Type != Welcome), static answer => Assert.Equal((Refuse, (byte)RpcCloseReason.ResourceExhausted), (answer.Type, answer.Code)));
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }

        // Their places are free again.
        await Eventually.TrueAsync(() => server.Connections.Count == 0);
        for (var i = 0; i < 3; i++)
        {
            await ServesAsync(server);
        }
    }

    [Fact]
    public async Task A_rapid_reset_runs_no_more_calls_than_granted_and_holds_no_memory()
    {
        await using var server = await StartAsync(static limits => limits.MaxConcurrentCalls = 50);
        await using var peer = await OpenAsync(server);
        var burst = Join([.. Enumerable.Range(0, 50).Select(static i => Join(Of(Request, Id(i), Method("WaitAsync", Contract), [0]), Of(Cancel, Id(i))))]);
        await RunAsync(20);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(200);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 * Mebibyte);
        Assert.Equal(220 * 50, _target.Started);
        Assert.Equal(220 * 50, _target.Ended);
        await ServesAsync(server);

        async Task RunAsync(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                await peer.SendAsync(burst);
                for (var i = 0; i < 50; i++)
                {
                    Assert.Equal((byte)RpcStatusCode.Cancelled, (await peer.ReadAsync(Fault)).Code);
                }
            }
        }
    }

    [Fact]
    public async Task A_window_that_is_never_granted_holds_a_window_and_nothing_else_up()
    {
        await using var server = await StartAsync();
        await using var peer = await OpenAsync(server, Limits(window: 10_000));
        for (var i = 0; i < 50; i++)
        {
            await peer.SendAsync(Of(Request, Id(i), Method("PourAsync", Contract), [0]));
        }

        var received = 0;
        for (var stopped = 0; stopped < 50;)
        {
            var body = (await peer.ReadAsync(CalleeItems)).Body.Length - 4;
            received += body;
            stopped = received / 10_000;
        }

        await peer.SendAsync(Of(Request, Id(50), Method("AddAsync", Contract), [2], Int(1), Int(2)));
        while (await peer.ReadAsync() is { } frame && frame.Type != Response)
        {
            received += frame.Body.Length - 4;
        }

        // Each stream ends up below zero by no more than one batch of items.
        Assert.InRange(received, 50 * 10_000, 50 * (10_000 + 256 * 1024));
        Assert.InRange(_target.Poured, 50 * 9, 50 * 600);
        await ServesAsync(server);
    }

    [Fact]
    public async Task Streams_that_are_opened_and_never_read_hold_a_window_each()
    {
        await using var server = await StartAsync(static limits => (limits.MaxConcurrentCalls, limits.StreamWindow) = (40, 20_000));
        await using var peer = await OpenAsync(server);
        await peer.SendAsync(Of(Request, Id(0), Method("AddAsync", Contract), [2], Int(1), Int(2)));
        await peer.ReadAsync(Response);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 39; i++)
        {
            await peer.SendAsync(Of(Request, Id(i), Method("TakeAsync", Contract), [0]), Of(CallerItems, Id(i), [1], new byte[20_000]));
        }

        await Eventually.TrueAsync(() => _target.Started == 39);
        await peer.SendAsync(Of(Ping, new byte[8]));
        await peer.ReadAsync(Pong);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 39 * 20_000 * 4 + 4 * Mebibyte);
        await peer.SendAsync(Of(CallerItems, Id(0), [1], new byte[4]));
        Assert.Equal(RpcCloseReason.ProtocolError, (await peer.ReadFarewellAsync()).Reason);
        await Eventually.TrueAsync(() => _target.Ended == 39);
        await ServesAsync(server);
    }

    [Fact]
    public async Task A_bomb_of_the_shortest_metadata_takes_no_more_than_its_limit()
    {
        await using var server = await StartAsync(static limits => limits.MaxMetadataSize = 16 * 1024);
        await using var peer = await OpenAsync(server);
        var most = Extension(16 * 1024 / 34);
        await peer.SendAsync(Of(RequestExtended, Id(0), Method("AddAsync", Contract), most, [2], Int(1), Int(2)));
        Assert.Equal(Response, (await peer.ReadAsync())!.Type);

        var bomb = Of(RequestExtended, Id(0), Method("AddAsync", Contract), Extension(5000), [2], Int(1), Int(2));
        await peer.SendAsync(bomb);
        Assert.Equal((byte)RpcStatusCode.ResourceExhausted, (await peer.ReadAsync(Fault)).Code);
        await ServesAsync(server);

        static byte[] Extension(int pairs)
        {
            var fields = Join([.. Enumerable.Repeat(Field(4, Join(WireText("a"), WireText("b"))), pairs)]);
            return Join(Varint((uint)fields.Length), fields);
        }
    }

    [Fact]
    public async Task A_bomb_of_the_shortest_metadata_in_a_handshake_is_refused()
    {
        await using var server = await StartAsync();
        await using var peer = await RawSocket.ConnectAsync(server.Addresses[0]);
        await peer.SendAsync(Preface, Of(Hello, Limits(), Join([.. Enumerable.Repeat(Field(5, Join(WireText("a"), WireText("b"))), 10_000)])));
        await peer.ReadBytesAsync(8);
        var refusal = (await peer.ReadAsync())!;
        Assert.Equal((Refuse, (byte)RpcCloseReason.ProtocolError), (refusal.Type, refusal.Code));
        await ServesAsync(server);
    }

    [Theory]
    [InlineData(1500)]
    [InlineData(900_000)]
    public async Task A_payload_nested_too_deeply_fails_its_call_and_nothing_else(int depth)
    {
        await using var server = await StartAsync();
        await using var peer = await OpenAsync(server);
        await peer.SendAsync(Of(Request, Id(0), Method("DigAsync", Contract), [1], [.. Enumerable.Repeat((byte)1, depth), 255]));
        Assert.Equal((byte)RpcStatusCode.InvalidArgument, (await peer.ReadAsync(Fault)).Code);
        await peer.SendAsync(Of(Request, Id(0), Method("DigAsync", Contract), [1], [.. Enumerable.Repeat((byte)1, 500), 255]));
        Assert.Equal(Response, (await peer.ReadAsync())!.Type);
    }

    [Fact]
    public async Task Lengths_that_lie_cost_no_memory()
    {
        await using var server = await StartAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peers = new List<RawPeer>();
        for (var i = 0; i < 100; i++)
        {
            peers.Add(await OpenAsync(server));
            await peers[i].SendAsync(Header(Request, 0xFFFFFF), new byte[100]);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 * Mebibyte);
        await ServesAsync(server);
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(0x05)]
    [InlineData(0x17)]
    [InlineData(0x3F)]
    [InlineData(0x41)]
    [InlineData(0xFF)]
    public async Task An_unknown_frame_ends_the_connection(byte type)
    {
        await using var server = await StartAsync();
        await using var peer = await OpenAsync(server);
        await peer.SendAsync(Of(type, new byte[20]));
        Assert.Equal(RpcCloseReason.ProtocolError, (await peer.ReadFarewellAsync()).Reason);
        await ServesAsync(server);
    }

    private static async Task CutAsync(RawPeer peer)
    {
        try
        {
            Assert.Null(await peer.ReadAsync());
        }
        catch (IOException)
        {
            // Reset.
        }
    }

    private static async Task<RawPeer> OpenAsync(RpcServer server, byte[]? limits = null)
    {
        var peer = await RawSocket.ConnectAsync(server.Addresses[0]);
        await peer.SendAsync(Preface, Of(Hello, limits ?? Limits()));
        Assert.Equal(Preface, await peer.ReadBytesAsync(8));
        Assert.Equal(Welcome, (await peer.ReadAsync())!.Type);
        return peer;
    }

    /// <summary>Somebody with good manners is served.</summary>
    private static async Task ServesAsync(RpcServer server)
    {
        await using var client = await RpcClient.ConnectAsync(server.Addresses[0]).AsTask().WaitAsync(World.Patience);
        Assert.Equal(3, await client.GetProxy<IHostileTarget>().AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    private async Task<RpcServer> StartAsync(Action<RpcLimits>? limits = null, bool virtualTime = false, Action<RpcServerBuilder>? configure = null)
    {
        var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IHostileTarget>(_target).ListenTcp(IPAddress.Loopback, 0);
            rpc.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            rpc.Options.TimeProvider = virtualTime ? _time : TimeProvider.System;
            limits?.Invoke(rpc.Options.Limits);
            configure?.Invoke(rpc);
        });
        await server.StartAsync();
        return server;
    }
}
