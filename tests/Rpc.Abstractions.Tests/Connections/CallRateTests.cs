using Rpc.Connections;
using Rpc.Transport.Conformance;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class CallRateTests
{
    [Fact]
    public void A_seconds_worth_may_come_at_once_and_then_as_time_passes()
    {
        var time = new ManualTimeProvider();
        var rate = new CallRate(10, time);
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => rate.TryTake()));
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(rate.TryTake());
        time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.True(rate.TryTake());
        Assert.False(rate.TryTake());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => rate.TryTake()));
    }
}
