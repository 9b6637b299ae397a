using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

public sealed class WindowTests
{
    [Fact]
    public void The_replay_window_agrees_with_a_set_and_takes_what_is_too_old_for_received()
    {
        var random = new Random(1);
        var window = new ReplayWindow();
        var received = new HashSet<long>();
        var largest = -1L;
        for (var i = 0; i < 100_000; i++)
        {
            var number = Math.Max(0, largest + random.Next(-1500, random.Next(50) == 0 ? 3000 : 10));
            var expected = received.Contains(number) || number <= largest - ReplayWindow.Size;
            Assert.Equal(expected, window.Contains(number));
            if (!expected)
            {
                window.Add(number);
                received.Add(number);
                largest = Math.Max(largest, number);
            }
        }
    }

    [Fact]
    public void The_message_window_agrees_with_a_set()
    {
        var random = new Random(2);
        var window = new MessageWindow();
        var settled = new HashSet<long>();
        var first = 0L;
        for (var i = 0; i < 100_000; i++)
        {
            var id = first + random.Next(-10, random.Next(100) == 0 ? MessageFormat.Window + 5 : 20);
            if (id < 0)
            {
                continue;
            }

            Assert.Equal(id >= first + MessageFormat.Window, window.IsBeyond(id));
            Assert.Equal(id < first || settled.Contains(id), window.Contains(id));
            Assert.Equal(id, window.Expand((uint)id & 0xFFFFFF));
            if (!window.Contains(id) && !window.IsBeyond(id))
            {
                window.Add(id);
                settled.Add(id);
            }

            while (settled.Contains(first))
            {
                first++;
            }

            Assert.Equal(first, window.First);
        }
    }

    [Fact]
    public void Ack_ranges_agree_with_a_set_and_never_exceed_their_number()
    {
        var random = new Random(3);
        var ranges = new AckRanges();
        var added = new SortedSet<long>();
        for (var i = 0; i < 20_000; i++)
        {
            var number = i + random.Next(-40, 40);
            if (number < 0 || !added.Add(number))
            {
                continue;
            }

            ranges.Add(number);
            Assert.InRange(ranges.Count, 1, AckRanges.MaxRanges);
            Assert.Equal(added.Max, ranges[0].End);
            for (var range = 0; range < ranges.Count; range++)
            {
                var (start, end) = ranges[range];
                Assert.True(start <= end);
                Assert.True(range == 0 || end < ranges[range - 1].Start - 1);
                Assert.Contains(start, added);
                Assert.Contains(end, added);
            }
        }
    }

    [Fact]
    public void Sequenced_messages_pass_when_they_are_newer_also_around_the_end_of_the_numbers()
    {
        var filter = new SequenceFilter();
        Assert.True(filter.Pass(3, 65_534));
        Assert.False(filter.Pass(3, 65_534));
        Assert.True(filter.Pass(3, 2));
        Assert.False(filter.Pass(3, 65_535));
        Assert.True(filter.Pass(200, 1));
    }

    [Fact]
    public void Lanes_whose_messages_are_all_delivered_are_forgotten()
    {
        var lanes = new LaneOrder();
        for (uint lane = 0; lane < 100_000; lane++)
        {
            Assert.Equal(0, lanes.Append(lane, lane, oldest: lane));
            Assert.InRange(lanes.Count, 1, 64);
        }

        Assert.Equal(0, lanes.Append(7, 100_000, oldest: 99_000));
        Assert.Equal(5, lanes.Append(7, 100_005, oldest: 99_000));
    }
}
