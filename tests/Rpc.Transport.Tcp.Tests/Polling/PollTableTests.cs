using System.Runtime.InteropServices;
using Rpc.Transport.Tcp.Polling;
using Xunit;

namespace Rpc.Transport.Tcp.Tests.Polling;

public sealed class PollTableTests
{
    [Fact]
    public void An_event_of_a_target_that_is_gone_does_not_reach_its_successor()
    {
        var table = new PollTable<Target>();
        var first = new Target();
        var second = new Target();

        var old = table.Add(first);
        table.Remove(first);
        var present = table.Add(second);

        Assert.Equal((uint)old, (uint)present);
        Assert.Null(table.Find(old));
        Assert.Same(second, table.Find(present));
        table.Remove(second);
        Assert.Null(table.Find(present));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void It_grows()
    {
        var table = new PollTable<Target>();
        var targets = Enumerable.Range(0, 100).Select(static _ => new Target()).ToList();
        targets.ForEach(target => table.Add(target));

        Assert.Equal(100, table.Count);
        Assert.Null(table.Find(100));
        Assert.Null(table.Find(uint.MaxValue));
        Assert.All(targets, target => Assert.Same(target, table.Find(target.Number)));
        targets.ForEach(table.Remove);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Removing_twice_leaves_a_successor_alone()
    {
        var table = new PollTable<Target>();
        var first = new Target();
        var second = new Target();
        table.Add(first);
        table.Remove(first);
        table.Add(second);

        table.Remove(first);

        Assert.Same(second, table.Find(second.Number));
    }

    private sealed class Target : PollTarget
    {
        internal override SafeHandle Handle => throw new NotSupportedException();

        internal override uint Interest => 0;

        internal override bool OnEvents(uint events) => false;

        internal override void Demote()
        {
        }
    }
}
