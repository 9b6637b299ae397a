using System.Security.Cryptography;
using Rpc.Client;
using Rpc.Connections;
using Rpc.EndToEnd.Tests.Raw;
using Rpc.Protocol;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Sessions;

/// <summary>When a session cannot be resumed, and who may not resume it.</summary>
public sealed class SessionLossTests
{
    [Fact]
    public async Task After_the_grace_period_both_sides_give_the_session_up_and_the_client_makes_a_new_connection()
    {
        var time = new ManualTimeProvider();
        await using var world = await SessionWorld.StartAsync(
            client: options => options.TimeProvider = time,
            server: rpc =>
            {
                rpc.Options.TimeProvider = time;
                rpc.Options.SessionGracePeriod = TimeSpan.FromSeconds(30);
            });
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Service.OnRun = async (_, token) =>
        {
            started.TrySetResult();
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(token);
            }
            finally
            {
                cancelled.TrySetResult();
            }

            return string.Empty;
        };
        var first = world.Client.Connection;
        var call = world.Proxy.RunAsync("x").AsTask();
        await started.Task.WaitAsync(World.Patience);
        world.IsDown = true;
        world.Cut();
        await Eventually.TrueAsync(() => world.ServerSide.IsInterrupted && first.IsInterrupted);
        while (!world.ServerSide.Closed.IsCompleted || !first.Closed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(RpcCloseReason.SessionLost, (await world.ServerSide.Closed).Reason);
        Assert.Equal(RpcCloseReason.SessionLost, (await first.Closed).Reason);
        var lost = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(World.Patience));
        Assert.Equal((RpcStatusCode.Unavailable, RpcCallProgress.Sent), (lost.StatusCode, lost.Progress));
        await cancelled.Task.WaitAsync(World.Patience);

        world.IsDown = false;
        var next = world.Proxy.AddAsync(1, 2).AsTask();
        while (!next.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal(3, await next);
        Assert.NotSame(first, world.Client.Connection);
    }

    [Fact]
    public async Task A_server_that_keeps_no_sessions_grants_none_and_the_client_comes_back_all_the_same()
    {
        await using var world = await SessionWorld.StartAsync(server: rpc => rpc.Options.SessionGracePeriod = TimeSpan.Zero);
        var first = world.Client.Connection;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Service.OnRun = async (what, token) =>
        {
            if (what == "wait")
            {
                started.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(token);
            }

            return what;
        };
        var call = world.Proxy.RunAsync("wait").AsTask();
        await started.Task.WaitAsync(World.Patience);
        world.Cut();
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(World.Patience));
        Assert.Equal((RpcStatusCode.Unavailable, RpcCallProgress.Sent), (exception.StatusCode, exception.Progress));
        Assert.Equal("again", await world.Proxy.RunAsync("again").AsTask().WaitAsync(World.Patience));
        Assert.NotSame(first, world.Client.Connection);
    }

    [Fact]
    public async Task What_waits_in_a_session_ends_when_the_client_gives_up()
    {
        await using var world = await SessionWorld.StartAsync(client: static options => options.Reconnect!.MaxAttempts = 3);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Service.OnRun = async (_, token) =>
        {
            started.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(token);
            return string.Empty;
        };
        var call = world.Proxy.RunAsync("x").AsTask();
        await started.Task.WaitAsync(World.Patience);
        await world.LoseAsync(RpcClientState.Closed);
        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(World.Patience))).StatusCode);
        Assert.Equal(RpcCloseReason.SessionLost, (await world.Client.Connection.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task Sessions_beyond_the_limit_are_lost_with_their_connection()
    {
        await using var world = await SessionWorld.StartAsync(server: rpc => rpc.Options.Limits.MaxInterruptedSessions = 0);
        var first = world.Client.Connection;
        world.Cut();
        Assert.Equal(RpcCloseReason.SessionLost, (await world.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
        await first.Closed.WaitAsync(World.Patience);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.NotSame(first, world.Client.Connection);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("proof")]
    [InlineData("received")]
    [InlineData("attempt")]
    public async Task A_forged_proof_is_refused_with_the_same_words_and_does_the_session_no_harm(string forged)
    {
        await using var world = await SessionWorld.StartAsync();
        var grant = ((Connection)world.Client.Connection).Session!.Grant;
        var resume = new ResumeFrame(grant.Id, 1000, 0, SessionProof.OfClient(grant, 1000, 0));
        resume = forged switch
        {
            "id" => resume with { Id = Guid.NewGuid() },
            "proof" => resume with { Proof = RandomNumberGenerator.GetBytes(32) },
            "received" => resume with { Received = 1 },
            _ => resume with { Attempt = 1001 },
        };
        var (reason, text) = await RefusedAsync(world, resume);
        Assert.Equal((RpcCloseReason.SessionLost, "The session cannot be resumed."), (reason, text));
        Assert.False(world.ServerSide.IsInterrupted);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.Equal(1, world.Connections);
    }

    [Fact]
    public async Task A_proof_that_was_overheard_proves_nothing_again()
    {
        await using var world = await SessionWorld.StartAsync();
        world.Cut();
        await Eventually.TrueAsync(() => world.Connections == 2 && world.Client.Status.State == RpcClientState.Open);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        var grant = ((Connection)world.Client.Connection).Session!.Grant;

        // What the client has sent for its first attempt, whatever it had received.
        for (var received = 0ul; received < 64; received++)
        {
            var (reason, _) = await RefusedAsync(world, new ResumeFrame(grant.Id, 1, received, SessionProof.OfClient(grant, 1, received)));
            Assert.Equal(RpcCloseReason.SessionLost, reason);
        }

        Assert.Equal(5, await world.Proxy.AddAsync(2, 3).AsTask().WaitAsync(World.Patience));
        Assert.Equal(2, world.Connections);
    }

    [Fact]
    public async Task A_client_that_claims_bytes_from_the_future_is_cut_and_the_session_waits_for_the_right_one()
    {
        await using var world = await SessionWorld.StartAsync();
        world.IsDown = true;
        var grant = ((Connection)world.Client.Connection).Session!.Grant;
        const ulong Future = 1UL << 40;
        await using (var peer = new RawPeer((StreamTransportConnection)await world.Transport.ConnectAsync(world.Transport.Address, default)))
        {
            await peer.SendAsync(RawFrame.Preface, Bytes(new ResumeFrame(grant.Id, 500, Future, SessionProof.OfClient(grant, 500, Future))));
            Assert.Equal(RawFrame.Preface, await peer.ReadBytesAsync(8));
            Assert.Equal((byte)FrameType.Resumed, (await peer.ReadAsync())!.Type);
            await Assert.ThrowsAnyAsync<Exception>(async () => Assert.NotNull(await peer.ReadAsync()));
        }

        Assert.True(world.ServerSide.IsInterrupted);
        Assert.False(world.ServerSide.Closed.IsCompleted);
    }

    [Fact]
    public async Task An_acknowledgement_from_the_future_ends_the_connection()
    {
        await using var world = await SessionWorld.StartAsync();
        var session = (SessionTransport)((Connection)world.Client.Connection).Session!;
        var ack = new byte[SessionAckFrame.Size];
        SessionAckFrame.Write(ack, 1L << 50);
        await session.WriteAckAsync(new OutputSegment { Array = ack, Start = 0, End = ack.Length });
        Assert.Equal(RpcCloseReason.ProtocolError, (await world.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Theory]
    [InlineData((byte)FrameType.SessionAck)]
    [InlineData((byte)FrameType.Resume)]
    [InlineData((byte)FrameType.Resumed)]
    [InlineData((byte)FrameType.GoAwayAck)]
    public async Task Frames_of_sessions_where_there_is_none_break_the_protocol(byte type)
    {
        await using var world = await World.StartAsync(_ => new TestService());
        world.Expect("ProtocolError");
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(RawFrame.Of(type, new byte[8]));
        Assert.Equal(RpcCloseReason.ProtocolError, (await peer.ReadFarewellAsync()).Reason);
    }

    private static async Task<(RpcCloseReason Reason, string Text)> RefusedAsync(SessionWorld world, ResumeFrame resume)
    {
        await using var peer = new RawPeer((StreamTransportConnection)await world.Transport.ConnectAsync(world.Transport.Address, default));
        world.Forget(1);
        await peer.SendAsync(RawFrame.Preface, Bytes(resume));
        return await peer.ReadRefusalAsync();
    }

    private static byte[] Bytes(ResumeFrame resume)
    {
        var frame = resume.Create();
        var bytes = frame.Span.ToArray();
        frame.Buffer.Return();
        return bytes;
    }
}
