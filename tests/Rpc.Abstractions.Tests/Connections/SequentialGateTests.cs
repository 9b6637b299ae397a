using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class SequentialGateTests
{
    private readonly SequentialGate _gate = new();
    private readonly Drain _drain = new();

    [Fact]
    public void One_call_is_in_at_a_time()
    {
        var tickets = Enumerable.Range(0, 3).Select(_ => _gate.TakeTicket()).ToArray();
        Assert.True(_gate.TryEnter(IncomingCalls.Create(), tickets[0]));
        Assert.False(_gate.TryEnter(IncomingCalls.Create(1), tickets[1]));
        Assert.False(_gate.TryEnter(IncomingCalls.Create(2), tickets[2]));
    }

    [Fact]
    public void A_call_that_comes_before_its_turn_waits_though_nobody_is_in()
    {
        var (first, second) = (_gate.TakeTicket(), _gate.TakeTicket());
        Assert.False(_gate.TryEnter(IncomingCalls.Create(1), second));
        Assert.True(_gate.TryEnter(IncomingCalls.Create(), first));
    }

    [Fact]
    public void Who_leaves_when_nobody_waits_leaves_the_gate_open()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(_gate.TryEnter(IncomingCalls.Create(), _gate.TakeTicket()));
            _gate.Exit(_drain);
        }
    }

    [Fact]
    public void Who_leaves_before_the_next_has_come_lets_it_in_when_it_comes_and_not_one_after_it()
    {
        var tickets = Enumerable.Range(0, 3).Select(_ => _gate.TakeTicket()).ToArray();
        Assert.True(_gate.TryEnter(IncomingCalls.Create(), tickets[0]));
        Assert.False(_gate.TryEnter(IncomingCalls.Create(2), tickets[2]));
        _gate.Exit(_drain);
        Assert.True(_gate.TryEnter(IncomingCalls.Create(1), tickets[1]));
    }
}
