using Rpc.Connections;
using Rpc.Transport.Conformance;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class KeepAliveTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Target _target = new();
    private readonly RpcConnectionOptions _options;

    public KeepAliveTests() => _options = new RpcConnectionOptions
    {
        TimeProvider = _time,
        KeepAliveInterval = TimeSpan.FromSeconds(15),
        KeepAliveTimeout = TimeSpan.FromSeconds(10),
    };

    [Fact]
    public void A_silent_peer_is_pinged_once_and_then_dead()
    {
        using var keepAlive = Start();
        Advance(14.9);
        Assert.Equal(0, _target.Pings);
        Advance(0.1);
        Assert.Equal(1, _target.Pings);
        Advance(9.9);
        Assert.Null(_target.Dead);
        Advance(0.1);
        Assert.Equal((1, RpcCloseReason.KeepAliveTimeout), (_target.Pings, _target.Dead));
        Advance(100);
        Assert.Equal(1, _target.Deaths);
    }

    [Fact]
    public void A_peer_that_says_anything_is_not_pinged()
    {
        using var keepAlive = Start();
        for (var i = 0; i < 100; i++)
        {
            Advance(10);
            keepAlive.OnActivity();
        }

        Assert.Equal(0, _target.Pings);
    }

    [Fact]
    public void Any_byte_answers_a_ping()
    {
        using var keepAlive = Start();
        for (var i = 1; i <= 20; i++)
        {
            Advance(15);
            Assert.Equal(i, _target.Pings);
            Advance(5);
            keepAlive.OnActivity();
            Advance(0);
        }

        Assert.Null(_target.Dead);
    }

    [Fact]
    public void A_peer_that_dies_after_a_long_life_is_noticed_within_interval_and_timeout()
    {
        using var keepAlive = Start();
        for (var i = 0; i < 50; i++)
        {
            Advance(7.3);
            keepAlive.OnActivity();
        }

        Advance(25);
        Assert.Equal(RpcCloseReason.KeepAliveTimeout, _target.Dead);
    }

    [Fact]
    public void A_write_that_does_not_end_is_noticed_within_the_send_timeout_and_a_third()
    {
        _options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        _options.Limits.SendTimeout = TimeSpan.FromSeconds(30);
        using var keepAlive = Start();
        _target.SendProgress = (5, true);
        Advance(29);
        Assert.Null(_target.Dead);
        Advance(11);
        Assert.Equal(RpcCloseReason.ResourceExhausted, _target.Dead);
        Assert.Equal(0, _target.Pings);
    }

    [Fact]
    public void Writes_that_go_on_are_no_cause()
    {
        _options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        using var keepAlive = Start();
        for (var i = 0; i < 50; i++)
        {
            _target.SendProgress = (i, true);
            Advance(20);
        }

        Assert.Null(_target.Dead);
        _target.SendProgress = (50, false);
        Advance(1000);
        Assert.Null(_target.Dead);
    }

    [Fact]
    public void Nothing_happens_after_it_was_disposed()
    {
        Start().Dispose();
        Advance(1000);
        Assert.Equal((0, null), (_target.Pings, _target.Dead));
    }

    private KeepAlive Start()
    {
        var keepAlive = new KeepAlive(_options, _target);
        keepAlive.Start();
        return keepAlive;
    }

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private sealed class Target : IKeepAliveTarget
    {
        public int Pings { get; private set; }

        public int Deaths { get; private set; }

        public RpcCloseReason? Dead { get; private set; }

        public (long Completed, bool Pending) SendProgress { get; set; }

        public void SendPing() => Pings++;

        public void OnDead(RpcCloseReason reason, string message) => (Dead, Deaths) = (reason, Deaths + 1);

        public void OnTick()
        {
        }
    }
}
