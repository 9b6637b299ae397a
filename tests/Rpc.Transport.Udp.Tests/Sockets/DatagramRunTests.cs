using FsCheck;
using FsCheck.Fluent;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Sockets;

public sealed class DatagramRunTests
{
    [Fact]
    public void Datagrams_of_one_length_leave_together_with_a_shorter_one_after_them() =>
        Assert.Equal([(3500, 1200)], Send(1200, 1200, 1100));

    [Fact]
    public void What_follows_a_shorter_one_leaves_by_itself() =>
        Assert.Equal([(2300, 1200), (1200, 1200)], Send(1200, 1100, 1200));

    [Fact]
    public void A_shorter_one_after_a_shorter_one_is_in_another_run() =>
        Assert.Equal([(2300, 1200), (2000, 1000)], Send(1200, 1100, 1000, 1000));

    [Fact]
    public void A_longer_one_begins_a_run() =>
        Assert.Equal([(80, 40), (2400, 1200)], Send(40, 40, 1200, 1200));

    [Fact]
    public void There_is_room_for_as_many_as_a_system_takes()
    {
        var run = new DatagramRun(new Outbox());
        for (var i = 1; i < DatagramRun.MaxCount; i++)
        {
            Assert.False(run.Add(100));
        }

        Assert.True(run.Add(100));
    }

    [Fact]
    public void The_longest_datagram_always_fits()
    {
        var run = new DatagramRun(new Outbox());
        var isFull = false;
        for (var i = 0; !isFull; i++)
        {
            Assert.Equal(Packet.LargestSize, run.Next.Length);
            isFull = run.Add(Packet.LargestSize);
        }
    }

    [Fact]
    public void Whatever_their_lengths_the_datagrams_arrive_as_they_were()
    {
        var lengths = Gen.Choose(1, Packet.LargestSize).ListOf().Select(static list => list.Take(44).ToArray());
        Check.QuickThrowOnFailure(Prop.ForAll(lengths.ToArbitrary(), static all =>
        {
            var outbox = new Outbox();
            var run = new DatagramRun(outbox);
            var expected = new List<byte[]>();
            foreach (var length in all)
            {
                var datagram = run.Next[..length];
                datagram.Fill((byte)expected.Count);
                expected.Add(datagram.ToArray());
                run.Add(length);
            }

            run.Send();
            Assert.Equal(expected, outbox.Datagrams);
            Assert.All(outbox.Runs, static sent => Assert.InRange(sent.Length, 1, DatagramRun.MaxSize));
        }));
    }

    private static List<(int Length, int Size)> Send(params int[] lengths)
    {
        var outbox = new Outbox();
        var run = new DatagramRun(outbox);
        foreach (var length in lengths)
        {
            Assert.False(run.Add(length));
        }

        run.Send();
        return outbox.Runs;
    }

    private sealed class Outbox : IDatagramSender
    {
        internal List<(int Length, int Size)> Runs { get; } = [];

        internal List<byte[]> Datagrams { get; } = [];

        public void Send(ReadOnlySpan<byte> datagrams, int size)
        {
            Runs.Add((datagrams.Length, size));
            Datagrams.AddRange(Udp.Tests.Datagrams.Cut(datagrams, size));
        }

        public bool OnSilence() => false;

        public ValueTask MoveAsync(Uri address, int search, CancellationToken cancellationToken) => default;

        public void OnPathFailed()
        {
        }

        public void OnDisposed()
        {
        }
    }
}
