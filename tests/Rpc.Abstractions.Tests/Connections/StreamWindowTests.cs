using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class StreamWindowTests
{
    [Fact]
    public async Task A_frame_may_exceed_the_window_and_the_next_waits_until_the_debt_is_paid()
    {
        var window = new StreamWindow(100);
        Assert.True(window.TryTake(60));
        Assert.True(window.TryTake(500));
        Assert.False(window.TryTake(1));
        var wait = window.WaitAsync().AsTask();
        window.Grant(460);
        Assert.False(wait.IsCompleted);
        window.Grant(1);
        Assert.True(await wait.Patiently());
        Assert.True(window.TryTake(1));
        Assert.False(window.TryTake(1));
    }

    [Fact]
    public async Task An_open_window_does_not_make_wait()
    {
        var window = new StreamWindow(1);
        Assert.True(await window.WaitAsync());
    }

    [Fact]
    public async Task Stopping_ends_the_wait_and_all_sending()
    {
        var window = new StreamWindow(1);
        window.TryTake(1);
        var wait = window.WaitAsync().AsTask();
        window.Stop();
        Assert.False(await wait.Patiently());
        Assert.True(window.IsStopped);
        window.Grant(1000);
        Assert.False(window.TryTake(1));
        Assert.False(await window.WaitAsync());
    }

    [Fact]
    public void Grants_beyond_32_bits_are_counted()
    {
        var window = new StreamWindow(1);
        for (var i = 0; i < 5; i++)
        {
            window.Grant(int.MaxValue);
        }

        Assert.True(window.TryTake(int.MaxValue));
        Assert.True(window.TryTake(int.MaxValue));
    }
}
