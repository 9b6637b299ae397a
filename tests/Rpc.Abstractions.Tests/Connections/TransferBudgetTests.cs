using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class TransferBudgetTests
{
    private readonly TransferBudget _budget = new(100);

    [Fact]
    public void What_is_begun_and_not_ended_stays_within_the_limit()
    {
        Assert.True(_budget.TryBegin(60, isFirst: true));
        Assert.True(_budget.TryBegin(40, isFirst: true));
        Assert.False(_budget.TryBegin(1, isFirst: true));
        _budget.End(60);
        Assert.False(_budget.TryBegin(61, isFirst: true));
        Assert.True(_budget.TryBegin(60, isFirst: true));
    }

    [Fact]
    public void One_that_is_alone_may_always_begin()
    {
        Assert.True(_budget.TryBegin(1000, isFirst: true));
        Assert.False(_budget.TryBegin(1, isFirst: true));
        _budget.End(1000);
        Assert.True(_budget.TryBegin(1, isFirst: true));
    }

    [Fact]
    public void The_first_that_waits_is_overtaken_by_no_more_than_the_limit()
    {
        Assert.True(_budget.TryBegin(30, isFirst: true));
        for (var i = 0; i < 10; i++)
        {
            Assert.False(_budget.TryBegin(90, isFirst: true));
            Assert.True(_budget.TryBegin(10, isFirst: false));
            _budget.End(10);
        }

        Assert.False(_budget.TryBegin(10, isFirst: false));
        _budget.End(30);
        Assert.True(_budget.TryBegin(90, isFirst: true));
        Assert.True(_budget.TryBegin(10, isFirst: false));
    }
}
