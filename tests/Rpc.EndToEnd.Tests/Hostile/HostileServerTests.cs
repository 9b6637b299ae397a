using Rpc.Client;
using Rpc.EndToEnd.Tests.Raw;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Hostile;

/// <summary>A server that breaks the protocol is left by its clients with a typed reason.</summary>
public sealed class HostileServerTests
{
    [Fact]
    public async Task The_page_of_the_protocol_suffices_to_answer_a_call()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        var call = client.GetProxy<ITestService>().AddAsync(1, 2).AsTask();
        var request = await peer.ReadAsync();
        Assert.Equal(Add(request!.CallId, 1, 2)[4..], request.Body);
        await peer.SendAsync(Of(Response, Id(request.CallId), Int(3)));
        Assert.Equal(3, await call.WaitAsync(World.Patience));
        await peer.Connection.Output.CompleteAsync();
    }

    [Theory]
    [InlineData(Response, 0)]
    [InlineData(Fault, 0)]
    [InlineData(0x04, 0)]
    [InlineData(0x02, 30)]
    [InlineData(CalleeItems, 2)]
    [InlineData(Piece, 1)]
    public Task A_frame_that_makes_no_sense_ends_the_connection(byte type, int length) => EndsAsync(RpcCloseReason.ProtocolError, Of(type, new byte[length]));

    [Fact]
    public async Task A_second_answer_to_a_call_ends_the_connection()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        var call = client.GetProxy<ITestService>().AddAsync(1, 2).AsTask();
        var id = (await peer.ReadAsync(Request)).CallId;
        await peer.SendAsync(Of(Response, Id(id), Int(3)), Of(Response, Id(id), Int(4)));
        Assert.Equal(3, await call.WaitAsync(World.Patience));
        await EndedAsync(client, peer, RpcCloseReason.ProtocolError);
    }

    [Fact]
    public async Task Breaking_the_protocol_fails_the_calls_in_flight_as_unavailable()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        var call = client.GetProxy<ITestService>().AddAsync(1, 2).AsTask();
        await peer.ReadAsync(Request);
        await peer.SendAsync(Of(0x7F));
        var exception = await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.Unavailable, exception.StatusCode);
        Assert.Contains(nameof(RpcCloseReason.ProtocolError), exception.Message, StringComparison.Ordinal);
        await EndedAsync(client, peer, RpcCloseReason.ProtocolError);
    }

    [Fact]
    public async Task A_malformed_result_is_data_loss_and_the_connection_goes_on()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        var proxy = client.GetProxy<ITestService>();
        foreach (var result in (byte[][])[[], [1, 2], Join(Int(~100), Int(100)), Join(Int(~int.MaxValue), Int(int.MaxValue))])
        {
            var call = proxy.RunAsync("x").AsTask();
            await peer.SendAsync(Of(Response, Id((await peer.ReadAsync(Request)).CallId), result));
            Assert.Equal(RpcStatusCode.DataLoss, (await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience)).StatusCode);
        }

        await AnswersAsync(client, peer);
    }

    [Fact]
    public async Task A_malformed_fault_is_data_loss_and_the_connection_goes_on()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        foreach (var fault in (byte[][])[[], [5], [5, 200], [5, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]])
        {
            var call = client.GetProxy<ITestService>().AddAsync(1, 2).AsTask();
            await peer.SendAsync(Of(Fault, Id((await peer.ReadAsync(Request)).CallId), fault));
            Assert.Equal(RpcStatusCode.DataLoss, (await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience)).StatusCode);
        }

        await AnswersAsync(client, peer);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(255)]
    public async Task A_status_that_does_not_exist_is_unknown(byte status)
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        var call = client.GetProxy<ITestService>().AddAsync(1, 2).AsTask();
        await peer.SendAsync(Of(Fault, Id((await peer.ReadAsync(Request)).CallId), [status], WireText("well")));
        var exception = await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience);
        Assert.Equal((RpcStatusCode.Unknown, "well"), (exception.StatusCode, exception.Message));
        await AnswersAsync(client, peer);
    }

    [Fact]
    public async Task A_malformed_item_is_data_loss_and_tells_the_server_to_stop()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        await using var stream = client.GetProxy<ITestService>().CountAsync(5).GetAsyncEnumerator();
        var next = stream.MoveNextAsync().AsTask();
        var id = (await peer.ReadAsync(Request)).CallId;
        await peer.SendAsync(Of(CalleeItems, Id(id), [0], Int(7)));
        Assert.True(await next.WaitAsync(World.Patience));
        Assert.Equal(7, stream.Current);
        await peer.SendAsync(Of(CalleeItems, Id(id), [0], [1, 2]));
        var exception = await Assert.ThrowsAsync<RpcException>(() => stream.MoveNextAsync().AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.DataLoss, exception.StatusCode);
        await stream.DisposeAsync();
        Assert.Equal(id, (await peer.ReadAsync(Cancel)).CallId);
        await peer.SendAsync(Of(Fault, Id(id), [1], WireText("cancelled")));
        await AnswersAsync(client, peer);
    }

    [Fact]
    public async Task Items_beyond_the_credit_end_the_connection()
    {
        var (client, peer) = await RawServer.OpenAsync(static options => options.Limits.StreamWindow = 100);
        await using var _ = client;
        await using var stream = client.GetProxy<ITestService>().CountAsync(5).GetAsyncEnumerator();
        var next = stream.MoveNextAsync().AsTask();
        var id = (await peer.ReadAsync(Request)).CallId;

        // The reader takes the first item of the first frame and asks for no more.
        await peer.SendAsync(Of(CalleeItems, Id(id), [0], new byte[120]));
        Assert.True(await next.WaitAsync(World.Patience));
        await peer.SendAsync(Of(CalleeItems, Id(id), [0], new byte[4]));
        await EndedAsync(client, peer, RpcCloseReason.ProtocolError);
    }

    [Fact]
    public async Task A_single_result_where_a_stream_is_expected_says_that_the_signatures_differ()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        await using var stream = client.GetProxy<ITestService>().CountAsync(5).GetAsyncEnumerator();
        var next = stream.MoveNextAsync().AsTask();
        await peer.SendAsync(Of(Response, Id((await peer.ReadAsync(Request)).CallId), Int(7)));
        Assert.Equal(RpcStatusCode.FailedPrecondition, (await Assert.ThrowsAsync<RpcException>(() => next).WaitAsync(World.Patience)).StatusCode);
        await AnswersAsync(client, peer);
    }

    [Fact]
    public async Task A_server_that_grants_no_calls_makes_calls_wait_for_their_deadline()
    {
        var (client, peer) = await RawServer.OpenAsync(limits: Limits(maxCalls: 0));
        await using var _ = client;
        using var source = new CancellationTokenSource();
        var call = client.GetProxy<ITestService>().AddAsync(1, 2, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(World.Patience);
        await peer.Connection.Output.CompleteAsync();
    }

    [Fact]
    public async Task An_end_without_a_farewell_is_a_lost_transport()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        var call = client.GetProxy<ITestService>().AddAsync(1, 2).AsTask();
        await peer.ReadAsync(Request);
        await peer.Connection.Output.CompleteAsync();
        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience)).StatusCode);
        Assert.Equal(RpcCloseReason.TransportLost, (await client.Connection.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task An_end_in_the_middle_of_a_frame_is_a_lost_transport()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        await peer.SendAsync(Header(Ping, 8), [1, 2, 3]);
        await peer.Connection.Output.CompleteAsync();
        Assert.Equal(RpcCloseReason.TransportLost, (await client.Connection.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task A_going_away_of_an_unknown_reason_still_ends_new_calls()
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        var draining = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Connection.StateChanged += (_, state) =>
        {
            if (state == RpcConnectionState.Draining)
            {
                draining.TrySetResult();
            }
        };
        await peer.SendAsync(Of(GoAway, [200], Varint(500), WireText("later"), WireText(string.Empty)));
        await draining.Task.WaitAsync(World.Patience);
        Assert.False(client.Connection.Closed.IsCompleted, client.Connection.Closed.IsCompleted ? (await client.Connection.Closed).Message : null);
        var exception = await Assert.ThrowsAsync<RpcException>(() => client.GetProxy<ITestService>().AddAsync(1, 2).AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.Unavailable, exception.StatusCode);
        await peer.SendAsync(Of(Close, [0], WireText("bye")));
        await peer.Connection.Output.CompleteAsync();
        var info = await client.Connection.Closed.WaitAsync(World.Patience);
        Assert.Equal((RpcCloseReason.Normal, "bye", true), (info.Reason, info.Message, info.ByPeer));
    }

    private static async Task EndsAsync(RpcCloseReason reason, params byte[][] frames)
    {
        var (client, peer) = await RawServer.OpenAsync();
        await using var _ = client;
        await peer.SendAsync(frames);
        await EndedAsync(client, peer, reason);
    }

    private static async Task EndedAsync(RpcClient client, RawPeer peer, RpcCloseReason reason)
    {
        var farewell = await peer.ReadFarewellAsync();
        Assert.Equal(reason, farewell.Reason);
        var info = await client.Connection.Closed.WaitAsync(World.Patience);
        Assert.Equal((reason, farewell.Text, false), (info.Reason, info.Message, info.ByPeer));
    }

    /// <summary>The connection still carries a call; then the server ends it.</summary>
    private static async Task AnswersAsync(RpcClient client, RawPeer peer)
    {
        var call = client.GetProxy<ITestService>().AddAsync(1, 2).AsTask();
        await peer.SendAsync(Of(Response, Id((await peer.ReadAsync(Request)).CallId), Int(3)));
        Assert.Equal(3, await call.WaitAsync(World.Patience));
        await peer.Connection.Output.CompleteAsync();
    }
}
