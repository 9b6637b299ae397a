using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class StallCompensationTests
{
    private readonly ManualStallPool _pool = new();
    private readonly StallCompensation _compensation;

    public StallCompensationTests() => _compensation = new StallCompensation(_pool);

    [Fact]
    public void The_pool_has_a_thread_more_for_each_that_is_blocked()
    {
        _compensation.Blocked();
        _compensation.Blocked();
        Assert.Equal(2, _pool.Grown);
        _compensation.Returned();
        Assert.Equal(1, _pool.Grown);
        _compensation.Returned();
        Assert.Equal(0, _pool.Grown);
    }

    [Fact]
    public void It_grows_so_far_and_no_further_and_shrinks_to_what_it_was()
    {
        for (var i = 0; i < StallCompensation.Most + 10; i++)
        {
            _compensation.Blocked();
        }

        Assert.Equal(StallCompensation.Most, _pool.Grown);
        for (var i = 0; i < 10; i++)
        {
            _compensation.Returned();
        }

        Assert.Equal(StallCompensation.Most, _pool.Grown);
        for (var i = 0; i < StallCompensation.Most; i++)
        {
            _compensation.Returned();
        }

        Assert.Equal(0, _pool.Grown);
    }

    [Fact]
    public void Who_returns_before_it_was_said_to_be_blocked_takes_no_thread_from_the_pool()
    {
        _compensation.Returned();
        Assert.Equal(0, _pool.Grown);
        _compensation.Blocked();
        Assert.Equal(0, _pool.Grown);
    }

    [Fact]
    public void What_the_pool_refused_is_not_taken_from_it()
    {
        _pool.Refuses = true;
        _compensation.Blocked();
        _pool.Refuses = false;
        _compensation.Returned();
        Assert.Equal(0, _pool.Grown);

        // And what it refused is asked for again.
        _pool.Refuses = true;
        _compensation.Blocked();
        _pool.Refuses = false;
        _compensation.Blocked();
        Assert.Equal(2, _pool.Grown);
    }

    [Fact]
    public async Task Threads_that_come_and_go_at_once_leave_the_pool_as_it_was()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                _compensation.Blocked();
                _compensation.Returned();
            }
        }))).Patiently();
        Assert.Equal(0, _pool.Grown);
    }
}
