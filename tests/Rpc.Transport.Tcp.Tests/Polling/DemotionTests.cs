using Rpc.Transport.Tcp.Polling;
using Xunit;

namespace Rpc.Transport.Tcp.Tests.Polling;

public sealed class DemotionTests
{
    [Fact]
    public void There_is_none_at_first()
    {
        var demotion = default(Demotion);

        Assert.False(demotion.Any);
        Assert.False(demotion.Holds(long.MaxValue));
    }

    [Fact]
    public void One_holds_for_its_time()
    {
        var demotion = default(Demotion);

        demotion.Begin(1000);

        Assert.True(demotion.Any);
        Assert.True(demotion.Holds(1000 + Demotion.First - 1));
        Assert.False(demotion.Holds(1000 + Demotion.First));
    }

    [Fact]
    public void Each_is_twice_as_long_as_the_last_up_to_a_minute()
    {
        var demotion = default(Demotion);
        var now = 0L;
        var expected = Demotion.First;
        for (var i = 0; i < 12; i++)
        {
            demotion.Begin(now);

            Assert.True(demotion.Holds(now + expected - 1));
            Assert.False(demotion.Holds(now + expected));
            now += expected;
            expected = Math.Min(expected * 2, Demotion.Longest);
        }

        Assert.Equal(Demotion.Longest, expected);
    }

    [Fact]
    public void After_a_quiet_minute_it_begins_anew()
    {
        var demotion = default(Demotion);
        demotion.Begin(0);
        demotion.Begin(1000);
        var quiet = 1000 + (2 * Demotion.First) + Demotion.Longest + 1;

        demotion.Begin(quiet);

        Assert.True(demotion.Holds(quiet + Demotion.First - 1));
        Assert.False(demotion.Holds(quiet + Demotion.First));
    }
}
