using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class IncomingCallTableTests
{
    private readonly IncomingCallTable _table = new(3);

    [Fact]
    public void A_call_is_found_under_its_whole_id_until_it_has_ended()
    {
        var call = Add(0x010001);
        Assert.Same(call, _table.Find(0x010001, out var version));
        Assert.Equal(call.Version, version);
        Assert.Null(_table.Find(0x000001, out _));
        Assert.Null(_table.Find(0x010002, out _));
        _table.Remove(0x010001);
        Assert.Null(_table.Find(0x010001, out _));
        Assert.Equal(1, _table.Count);
        _table.Answered();
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void An_id_that_is_in_use_beyond_the_limit_or_one_call_too_many_breaks_the_protocol()
    {
        Add(0);
        Assert.Equal(RpcCloseReason.ProtocolError, Assert.Throws<ProtocolException>(() => Add(0x020000)).Reason);
        Assert.Equal(RpcCloseReason.ProtocolError, Assert.Throws<ProtocolException>(() => Add(3)).Reason);
        Add(1);
        Add(2);
        Assert.Equal(RpcCloseReason.ResourceExhausted, Assert.Throws<ProtocolException>(() => Add(3)).Reason);
    }

    [Fact]
    public void A_call_that_was_removed_and_not_answered_yet_gives_its_place_to_the_next()
    {
        Add(0);
        Add(1);
        Add(2);
        _table.Remove(1);
        Add(0x010001);
        Assert.Equal(4, _table.Count);
        Assert.Throws<ProtocolException>(() => Add(0x010002));
    }

    [Fact]
    public void A_cancel_that_overtakes_its_call_is_remembered_for_that_call_alone()
    {
        Assert.Null(_table.Cancel(0x010001, out _));
        Assert.True(AddReturns(0x010001));
        _table.Remove(0x010001);
        _table.Answered();
        Assert.False(AddReturns(0x020001));
    }

    [Fact]
    public void A_call_is_cancelled_once_and_a_cancel_of_an_earlier_one_under_its_place_is_nothing()
    {
        var call = Add(0x020001);
        Assert.Null(_table.Cancel(0x010001, out _));
        Assert.Same(call, _table.Cancel(0x020001, out var version));
        Assert.Equal(call.Version, version);
        Assert.Null(_table.Cancel(0x020001, out _));
        Assert.Null(_table.Cancel(0xFFFF, out _));
    }

    [Fact]
    public async Task Who_waits_for_the_end_of_all_calls_goes_on_when_the_last_is_answered()
    {
        Assert.True(_table.WhenEmpty().IsCompletedSuccessfully);
        var table = new IncomingCallTable(3);
        table.Add(IncomingCalls.Create(), 0, null);
        table.Add(IncomingCalls.Create(1), 1, null);
        var empty = table.WhenEmpty();
        table.Remove(0);
        table.Answered();
        table.Remove(1);
        Assert.False(empty.IsCompleted);
        table.Answered();
        await empty.Patiently();
    }

    [Fact]
    public void When_all_are_cancelled_their_streams_end_and_one_that_comes_later_is_cancelled_as_it_comes()
    {
        var (call, streams) = (IncomingCalls.Create(), new CallStreams(0));
        var window = new StreamWindow(1);
        streams.Send(0, window);
        _table.Add(call, 0, streams);
        var token = call.CancellationToken;
        _table.CancelAll(new RpcException(RpcStatusCode.Unavailable, "gone"));
        Assert.True(token.IsCancellationRequested);
        Assert.True(window.IsStopped);
        var late = IncomingCalls.Create(1);
        _table.Add(late, 1, null);
        Assert.True(late.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public void A_list_of_one_way_calls_cancels_those_that_are_in_it_and_refuses_those_that_come_later()
    {
        var list = new OneWayCalls();
        var calls = Enumerable.Range(0, 5).Select(static i => IncomingCalls.Create(i)).ToArray();
        var tokens = calls.Select(static call => call.CancellationToken).ToArray();
        Assert.All(calls, call => Assert.True(list.TryAdd(call)));
        list.Remove(calls[4]);
        list.Remove(calls[2]);
        list.Remove(calls[0]);
        list.CancelAll();
        Assert.Equal([false, true, false, true, false], tokens.Select(static token => token.IsCancellationRequested));
        Assert.False(list.TryAdd(calls[0]));
    }

    private IncomingCall Add(int callId)
    {
        var call = IncomingCalls.Create(callId);
        _table.Add(call, callId, null);
        return call;
    }

    private bool AddReturns(int callId) => _table.Add(IncomingCalls.Create(callId), callId, null);
}
