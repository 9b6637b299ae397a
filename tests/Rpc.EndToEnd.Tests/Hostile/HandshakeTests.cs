using Rpc.EndToEnd.Tests.Raw;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Hostile;

public sealed class HandshakeTests
{
    private static int s_names;

    public static TheoryData<byte> TypesButHello => [.. Enumerable.Range(2, 0x3F).Where(static type => type != Refuse).Select(static type => (byte)type)];

    [Theory]
    [MemberData(nameof(TypesButHello))]
    public Task A_frame_before_the_handshake_is_refused(byte type) => RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(type, new byte[20]));

    [Fact]
    public async Task Limits_that_cannot_be_are_refused()
    {
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Field(1, Int(10_000))));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Field(3, Int(10_000))));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(maxFrame: 1023)));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(maxFrame: -1)));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(maxCalls: -1)));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(window: 0)));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(maxMetadata: -1)));
    }

    [Fact]
    public async Task Lengths_that_lie_are_refused()
    {
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(), Varint(9), Varint(100), [1]));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(), Varint(1), Varint(2), [1, 2]));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(), Field(5, Join(Varint(50), [65]))));
        await RefusedAsync(RpcCloseReason.ProtocolError, Preface, Of(Hello, Limits(), [0xFF, 0xFF, 0xFF, 0xFF, 0x1F]));
    }

    [Fact]
    public async Task A_handshake_longer_than_the_limit_is_refused_before_its_bytes_arrive()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: static rpc => rpc.Options.Limits.MaxHandshakeSize = 300);
        await using var peer = await RawPeer.ConnectAsync(world);
        await peer.SendAsync(Preface, Header(Hello, 301));
        Assert.Equal(RpcCloseReason.ProtocolError, (await peer.ReadRefusalAsync()).Reason);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(0, 0)]
    [InlineData(255, 255)]
    [InlineData(2, 1)]
    public async Task No_version_in_common_is_refused_with_both_ranges(byte lowest, byte highest)
    {
        var text = await RefusedAsync(RpcCloseReason.VersionMismatch, [0x52, 0x50, 0x43, 0x21, lowest, highest, 0, 0]);
        Assert.Contains($"{lowest} to {highest}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_many_versions_and_unknown_fields_is_welcome()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await using var peer = await RawPeer.ConnectAsync(world);
        await peer.SendAsync([0x52, 0x50, 0x43, 0x21, 1, 200, 9, 9], Of(Hello, Field(1000, new byte[50]), Limits(), Field(900, [])));
        await peer.ReadBytesAsync(8);
        var answer = await peer.ReadAsync();
        Assert.True(answer!.Type == Welcome, answer.Text);
        await peer.SendAsync(Add(0, 1, 2));
        Assert.Equal(Join(Id(0), Int(3)), (await peer.ReadAsync(Response)).Body);
    }

    [Fact]
    public async Task Bytes_of_another_protocol_are_refused_before_there_are_eight()
    {
        await RefusedAsync(RpcCloseReason.VersionMismatch, "GET"u8.ToArray());
        await RefusedAsync(RpcCloseReason.VersionMismatch, "RPC?"u8.ToArray());
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_cut_when_its_time_is_over()
    {
        var time = new ManualTimeProvider();
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc =>
        {
            rpc.Options.TimeProvider = time;
            rpc.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        });
        foreach (var begun in (byte[][])[[], Preface[..5], Preface, Join(Preface, Header(Hello, 100), [1])])
        {
            // The keepalive's timer of the client that is open is one; the handshake's is the other.
            await using var peer = await RawPeer.ConnectAsync(world);
            await peer.SendAsync(begun);
            await time.WhenTimersAsync(2).WaitAsync(World.Patience);
            time.Advance(TimeSpan.FromSeconds(10));
            await Assert.ThrowsAsync<TransportException>(() => peer.ReadAsync());
        }

        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_client_that_leaves_during_the_handshake_is_forgotten()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        foreach (var begun in (byte[][])[[], Preface[..5], Preface, Join(Preface, Header(Hello, 100), [1])])
        {
            await using var peer = await RawPeer.ConnectAsync(world);
            await peer.SendAsync(begun);
            await peer.Connection.Output.CompleteAsync();
            await peer.ReadEndAsync();
        }

        Assert.Single(world.Server.Connections);
    }

    [Fact]
    public async Task More_handshakes_at_once_than_the_limit_are_cut()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: static rpc => rpc.Options.Limits.MaxHandshakingConnections = 3);
        var waiting = new List<RawPeer>();
        for (var i = 0; i < 3; i++)
        {
            waiting.Add(await RawPeer.ConnectAsync(world));
        }

        await using var beyond = await RawPeer.ConnectAsync(world);
        await Assert.ThrowsAsync<TransportException>(() => beyond.ReadAsync());
        foreach (var peer in waiting)
        {
            await peer.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_refusal_tells_the_client_the_reason_and_the_text()
    {
        var exception = await ConnectFailsAsync(Preface, Of(Refuse, [(byte)RpcCloseReason.Refused], WireText("members only")));
        Assert.Equal(RpcCloseReason.Refused, exception.Reason);
        Assert.Contains("members only", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_something_else_is_left_with_a_typed_error()
    {
        Assert.Equal(RpcCloseReason.VersionMismatch, (await ConnectFailsAsync("HTTP/1.1 400 Bad Request\r\n"u8.ToArray())).Reason);
        Assert.Equal(RpcCloseReason.VersionMismatch, (await ConnectFailsAsync([0x52, 0x50, 0x43, 0x21, 7, 9, 0, 0])).Reason);
        Assert.Equal(RpcCloseReason.ProtocolError, (await ConnectFailsAsync(Preface, Of(Response, Id(0)))).Reason);
        Assert.Equal(RpcCloseReason.ProtocolError, (await ConnectFailsAsync(Preface, Of(Hello, Limits()))).Reason);
        Assert.Equal(RpcCloseReason.ProtocolError, (await ConnectFailsAsync(Preface, Of(Welcome))).Reason);
        Assert.Equal(RpcCloseReason.ProtocolError, (await ConnectFailsAsync(Preface, Of(Welcome, Varint(1), Varint(99)))).Reason);
        Assert.Equal(RpcCloseReason.ProtocolError, (await ConnectFailsAsync(Preface, Header(Welcome, 0xFFFFFF))).Reason);
        Assert.Equal(RpcCloseReason.ProtocolError, (await ConnectFailsAsync(Preface, Of(Refuse))).Reason);
    }

    [Fact]
    public async Task A_server_that_leaves_during_the_handshake_is_a_lost_transport()
    {
        var server = new RawServer();
        var connecting = server.ConnectAsync();
        var peer = await server.AcceptAsync();
        await peer.DisposeAsync();
        Assert.Equal(RpcCloseReason.TransportLost, (await Assert.ThrowsAsync<RpcConnectException>(() => connecting).WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_left_when_its_time_is_over()
    {
        var (server, time) = (new RawServer(), new ManualTimeProvider());
        var connecting = server.ConnectAsync(options =>
        {
            options.TimeProvider = time;
            options.Limits.HandshakeTimeout = TimeSpan.FromSeconds(7);
            options.ConnectTimeout = TimeSpan.FromSeconds(60);
        });
        await using var peer = await server.AcceptAsync();
        Assert.Equal(Preface, await peer.ReadBytesAsync(8));
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(RpcCloseReason.HandshakeTimeout, (await Assert.ThrowsAsync<RpcConnectException>(() => connecting).WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_a_server_that_does_not_answer()
    {
        var server = new RawServer();
        using var source = new CancellationTokenSource();
        var connecting = Client.RpcClient.ConnectAsync("raw://server", options => options.AddTransport(server), source.Token).AsTask();
        await using var peer = await server.AcceptAsync();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting).WaitAsync(World.Patience);
    }

    [Fact]
    public async Task Metadata_of_both_sides_is_seen_by_the_other()
    {
        await using var world = await World.StartAsync(
            _ => new TestService(), server: static rpc => rpc.Options.Metadata.Add("region", "eu"), client: static options => options.Metadata.Add("build", "77"));
        Assert.Equal("eu", world.Client.Connection.PeerMetadata["region"]);
        Assert.Equal("77", world.ServerSide.PeerMetadata["build"]);
    }

    [Fact]
    public async Task Messages_that_are_no_handshake_are_refused()
    {
        await MessagesRefusedAsync(RpcCloseReason.VersionMismatch, "hello"u8.ToArray());
        await MessagesRefusedAsync(RpcCloseReason.VersionMismatch, Join([0x52, 0x50, 0x43, 0x21, 2, 2, 0, 0], [Hello], Limits()));
        await MessagesRefusedAsync(RpcCloseReason.ProtocolError, Join(Preface, [Request], new byte[20]));
        await MessagesRefusedAsync(RpcCloseReason.ProtocolError, Join(Preface, [Hello], Limits(), Field(99, new byte[5000])));
    }

    [Fact]
    public async Task Messages_that_break_the_protocol_end_the_connection()
    {
        await MessagesEndAsync([]);
        await MessagesEndAsync([0x7F, 1]);
        await MessagesEndAsync([Request, 1]);
        await MessagesEndAsync(new byte[3000]);
        await MessagesEndAsync([OneWay, .. new byte[2500]]);
    }

    private static async Task<string> RefusedAsync(RpcCloseReason reason, params byte[][] sent)
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await using var peer = await RawPeer.ConnectAsync(world);
        await peer.SendAsync(sent);
        var refusal = await peer.ReadRefusalAsync();
        Assert.Equal(reason, refusal.Reason);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        return refusal.Text;
    }

    private static async Task<RpcConnectException> ConnectFailsAsync(params byte[][] answer)
    {
        var server = new RawServer();
        var connecting = server.ConnectAsync();
        await using var peer = await server.AcceptAsync();
        await peer.SendAsync(answer);
        return await Assert.ThrowsAsync<RpcConnectException>(() => connecting).WaitAsync(World.Patience);
    }

    private static async Task MessagesRefusedAsync(RpcCloseReason reason, byte[] first)
    {
        await using var server = await StartMessagesAsync();
        await using var connection = await ConnectMessagesAsync(server.Addresses[0]);
        Assert.True(connection.TrySend(first, new MessageOptions(RpcDelivery.Ordered)));
        var refusal = await ReceiveAsync(connection);
        Assert.Equal(Join(Preface, [Refuse, (byte)reason]), refusal![..10]);
        Assert.Null(await ReceiveAsync(connection));
    }

    private static async Task MessagesEndAsync(byte[] message)
    {
        await using var server = await StartMessagesAsync();
        await using var connection = await ConnectMessagesAsync(server.Addresses[0]);
        Assert.True(connection.TrySend(Join(Preface, [Hello], Limits()), new MessageOptions(RpcDelivery.Ordered)));
        Assert.Equal(Welcome, (await ReceiveAsync(connection))![8]);
        Assert.True(connection.TrySend(message, new MessageOptions(RpcDelivery.Ordered)));
        var farewell = await ReceiveAsync(connection);
        Assert.Equal(Join([Close], [(byte)RpcCloseReason.ProtocolError]), farewell![..2]);
        await connection.CloseAsync(default);
        Assert.Null(await ReceiveAsync(connection));
    }

    private static async Task<Server.RpcServer> StartMessagesAsync([System.Runtime.CompilerServices.CallerMemberName] string name = "")
    {
        var server = Server.RpcServer.Create(rpc =>
        {
            rpc.AddService<ITestService>(_ => new TestService());
            rpc.AddTransport(MessagePairTransport.CreateServerTransport($"{name.ToLowerInvariant()}-{Interlocked.Increment(ref s_names)}"));
            rpc.Options.Limits.MaxFrameSize = 2000;
            rpc.Options.Limits.MaxHandshakeSize = 4000;
        });
        await server.StartAsync();
        return server;
    }

    private static async Task<MessageTransportConnection> ConnectMessagesAsync(Uri address) =>
        (MessageTransportConnection)await new MessagePairTransport(new MessagePairOptions()).ConnectAsync(address, default);

    private static async Task<byte[]?> ReceiveAsync(MessageTransportConnection connection)
    {
        while (true)
        {
            if (connection.TryReceive(out var message))
            {
                return message.ToArray();
            }

            if (!await connection.WaitToReceiveAsync(default).AsTask().WaitAsync(World.Patience))
            {
                return null;
            }
        }
    }
}
