using Rpc.Testing;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transport.Udp.Tests.Simulation;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

/// <summary>What unfinished messages may hold, whatever a peer claims.</summary>
public sealed class ReassemblyTests
{
    private const int Length = 16_000;
    private const int Units = (Length + MessageFormat.UnitSize - 1) / MessageFormat.UnitSize;

    /// <summary>More connections than have a turn of their own.</summary>
    private const long Many = 1 << 20;

    private static readonly long s_turn = Reassembly.CostOf(16 * 1024);

    [Fact]
    public void A_claimed_length_takes_no_memory_before_its_bytes_come()
    {
        var budget = new ReassemblyBudget(1 << 30, s_turn, Many);
        var receiver = CreateReceiver(budget, limit: 1 << 20);
        for (var id = 0; id < 50; id++)
        {
            Assert.True(Feed(receiver, id, first: Units - 5, count: 4));
        }

        Assert.False(receiver.HasRefused);
        Assert.Equal(50 * Reassembly.BlockSize, budget.Used);
    }

    [Fact]
    public void Unfinished_messages_of_a_connection_hold_no_more_than_its_limit()
    {
        const int Limit = 96 * 1024;
        var budget = new ReassemblyBudget(1 << 30, s_turn, Many);
        var receiver = CreateReceiver(budget, Limit);
        var stored = 0;
        for (var id = 0; id < 1_000; id++)
        {
            Assert.True(Feed(receiver, id, first: 0, count: 4));
            stored += receiver.HasRefused ? 0 : 1;
            receiver.HasRefused = false;
            Assert.InRange(budget.Used, 0, Limit);
        }

        // Each that was begun can end; and room for one more is kept for the oldest.
        Assert.Equal((int)((Limit - s_turn) / s_turn), stored);
        Assert.True(FeedWhole(receiver, 0));
        Assert.False(receiver.HasRefused);
        Assert.True(receiver.HasMessage);
        receiver.Clear();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Unfinished_messages_of_all_connections_hold_no_more_than_the_servers_limit()
    {
        const int Limit = 1 << 20;
        var budget = new ReassemblyBudget(Limit, 128 * 1024, Many);
        var receivers = Enumerable.Range(0, 50).Select(_ => CreateReceiver(budget, limit: 256 * 1024)).ToArray();
        var stored = 0;
        for (var id = 0; id < 40; id++)
        {
            foreach (var receiver in receivers)
            {
                Assert.True(Feed(receiver, id, first: 4, count: 4));
                stored += receiver.HasRefused ? 0 : 1;
                receiver.HasRefused = false;
                Assert.InRange(budget.Used, 0, Limit);
            }
        }

        Assert.InRange(stored * (long)Reassembly.BlockSize, Limit / 2, Limit);
        foreach (var receiver in receivers)
        {
            receiver.Clear();
        }

        Assert.Equal(0, budget.Used);
        var later = CreateReceiver(budget, limit: 256 * 1024);
        Assert.True(FeedWhole(later, 0));
        Assert.True(later.HasMessage);
    }

    /// <summary>Each is older than the one before, and would go first.</summary>
    [Fact]
    public void Messages_that_begin_in_the_reverse_order_hold_no_more_than_the_limit_either()
    {
        const int Limit = 96 * 1024;
        var receiver = CreateReceiver(new ReassemblyBudget(1 << 30, Limit / 2, Many), Limit);
        var stored = 0;
        for (var id = 1_000; id >= 0; id--)
        {
            Assert.True(Feed(receiver, id, first: 0, count: 4));
            stored += receiver.HasRefused ? 0 : 1;
            receiver.HasRefused = false;
        }

        Assert.Equal((int)(Limit / s_turn), stored);
    }

    [Fact]
    public void At_the_limit_one_message_after_another_is_finished()
    {
        // Nothing for all, only turns.
        var budget = new ReassemblyBudget(s_turn, s_turn, Many);
        var receiver = CreateReceiver(budget, 2 * s_turn);
        var finished = new Queue<ReceivedMessage>();
        for (var id = 0; id < 30; id++)
        {
            Assert.True(Feed(receiver, id, first: 0, count: 4));
            Assert.False(receiver.HasRefused);
            Assert.True(Feed(receiver, id + 1, first: 0, count: 4));
            Assert.True(receiver.HasRefused);
            receiver.HasRefused = false;
            Assert.True(FeedWhole(receiver, id));
            Assert.False(receiver.HasRefused);
            receiver.TakeAll(ref finished);
            var message = Assert.Single(finished);
            Assert.Equal(Payload(id), message.Buffer.AsSpan(0, message.Length).ToArray());
            MessageBuffers.Return(message.Buffer);
            finished.Clear();
        }
    }

    [Fact]
    public void A_connection_that_ends_leaves_its_turn_to_others()
    {
        var budget = new ReassemblyBudget(s_turn, s_turn, Many);
        var (first, second) = (CreateReceiver(budget, 2 * s_turn), CreateReceiver(budget, 2 * s_turn));
        Assert.True(Feed(first, 0, first: 0, count: 4));
        Assert.True(Feed(second, 0, first: 0, count: 4));
        Assert.Equal((false, true), (first.HasRefused, second.HasRefused));
        first.Clear();
        second.HasRefused = false;
        Assert.True(FeedWhole(second, 0));
        Assert.True(second.HasMessage);
    }

    [Fact]
    public void Connections_that_hold_all_there_is_and_finish_nothing_shut_out_no_other()
    {
        const int Connections = 100;
        var budget = new ReassemblyBudget(Connections * s_turn * 4 / 3, s_turn, Connections);
        foreach (var hostile in Enumerable.Range(1, Connections - 1).Select(_ => CreateReceiver(budget, limit: 8 * s_turn)))
        {
            for (var id = 0; id < 8; id++)
            {
                for (var first = 0; first < Units - 1; first += 4)
                {
                    Assert.True(Feed(hostile, id, first, Math.Min(4, Units - 1 - first)));
                }
            }
        }

        var honest = CreateReceiver(budget, limit: 8 * s_turn);
        var finished = new Queue<ReceivedMessage>();
        for (var id = 0; id < 3; id++)
        {
            Assert.True(Feed(honest, id + 1, first: 0, count: 4));
            Assert.True(honest.HasRefused);
            honest.HasRefused = false;
            Assert.True(FeedWhole(honest, id));
            Assert.False(honest.HasRefused);
            honest.TakeAll(ref finished);
            Assert.Equal(Length, Assert.Single(finished).Length);
            MessageBuffers.Return(finished.Dequeue().Buffer);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_that_does_not_finish_in_its_turn_ends_when_another_waits_for_it(bool isWanted)
    {
        var budget = new ReassemblyBudget(s_turn, s_turn, Many);
        var other = CreateReceiver(budget, limit: 4 * s_turn);
        var pair = new SimulatedPair(configure: options => options.Reassembly = budget);
        var (sent, isCut) = (0, true);
        pair.OnSent = (isClient, datagram) => datagram[^1] ^= (byte)(isClient && isCut && ++sent > 5 ? 1 : 0);
        pair.OnServerMessage = static _ => { };
        Assert.True(pair.Send(pair.Client, new byte[Length]));
        pair.Run(9);
        if (isWanted)
        {
            Assert.True(Feed(other, 0, first: 0, count: 4, pair.Now));
            Assert.True(other.HasRefused);
            other.HasRefused = false;
        }

        pair.Run(6);
        Assert.Equal(isWanted, pair.Server.IsClosed);
        if (isWanted)
        {
            Assert.Equal((TransportError.TimedOut, TransportError.TimedOut), (pair.Server.Failure?.Error, pair.Client.Failure?.Error));
            Assert.True(FeedWhole(other, 0));
            Assert.True(other.HasMessage);
        }
        else
        {
            isCut = false;
            var received = 0;
            pair.OnServerMessage = _ => received++;
            Assert.True(pair.RunUntil(() => received == 1, seconds: 5), pair.Describe());
        }
    }

    [Fact]
    public void Units_in_any_order_and_twice_make_the_message()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var receiver = CreateReceiver(new ReassemblyBudget(1 << 30, s_turn, Many), limit: 1 << 20);
            while (!receiver.HasMessage)
            {
                var first = random.Next(Units);
                Assert.True(Feed(receiver, 0, first, random.Next(1, Math.Min(6, Units - first + 1))));
            }

            var messages = new Queue<ReceivedMessage>();
            receiver.TakeAll(ref messages);
            Assert.Equal(Payload(0), messages.Peek().Buffer.AsSpan(0, messages.Peek().Length).ToArray());
        }
    }

    /// <summary>What is refused is not acknowledged, and yet neither side must come to think that the path is dead.</summary>
    [Theory]
    [InlineData(0, 2)]
    [InlineData(0.05, 2)]
    [InlineData(0.05, 8)]
    [InlineData(0.2, 4)]
    public void All_messages_arrive_though_the_receiver_has_room_for_few(double loss, int turns)
    {
        var conditions = new NetworkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = loss, BytesPerSecond = 5_000_000, QueueSize = 100_000 };
        var pair = new SimulatedPair(conditions, seed: 3, options => options.ReassemblySize = s_turn * turns);
        var received = 0;
        pair.OnServerMessage = _ => received++;
        for (var i = 0; i < 60; i++)
        {
            Assert.True(pair.Send(pair.Client, new byte[Length]));
        }

        Assert.True(pair.RunUntil(() => received == 60, seconds: 120), $"{received} messages: {pair.Describe()}");
    }

    private static MessageReceiver CreateReceiver(ReassemblyBudget budget, long limit) =>
        new(new PeerOptions { Reassembly = budget, ReassemblySize = limit, ReceiveWindow = 64 << 20 });

    private static byte[] Payload(int id) => [.. Enumerable.Range(id, Length).Select(static value => (byte)(value * 31 >> 3))];

    private static bool FeedWhole(MessageReceiver receiver, int id)
    {
        var result = true;
        for (var first = 0; first < Units; first += 4)
        {
            result &= Feed(receiver, id, first, Math.Min(4, Units - first));
        }

        return result;
    }

    private static bool Feed(MessageReceiver receiver, int id, int first, int count, long now = 0)
    {
        var frame = new byte[Packet.MaxSize * 2];
        var writer = new PacketWriter(frame);
        writer.UInt24((uint)id);
        writer.Variable(Length);
        writer.Variable(first);
        writer.Byte((byte)count);
        var at = first * MessageFormat.UnitSize;
        writer.Bytes(Payload(id).AsSpan(at, Math.Min(count * MessageFormat.UnitSize, Length - at)));
        var reader = new PacketReader(writer.Written);
        return receiver.OnFrame(Frame.Message | Frame.Fragment, ref reader, now) && reader.IsAtEnd;
    }
}
