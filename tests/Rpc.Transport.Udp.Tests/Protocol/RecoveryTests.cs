using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

public sealed class RecoveryTests
{
    [Fact]
    public void The_round_trip_is_estimated_as_in_RFC_9002()
    {
        var rtt = new RttEstimator();
        rtt.Add(100_000, 0);
        Assert.Equal((100_000, 50_000), (rtt.Smoothed, rtt.Variation));
        rtt.Add(120_000, 4_000);
        Assert.Equal((7 * 100_000 / 8) + (116_000 / 8), rtt.Smoothed);
        Assert.Equal(((3 * 50_000) + 16_000) / 4, rtt.Variation);
        rtt.Add(90_000, 4_000);
        Assert.Equal(90_000, rtt.Minimum);
        Assert.True(rtt.ProbeTimeout > rtt.Smoothed + RttEstimator.MaxAckDelay);
    }

    [Fact]
    public void Without_tolerance_the_window_doubles_a_round_trip_halves_once_a_loss_and_never_goes_below_two_packets()
    {
        var congestion = new CongestionController(1 << 20, tolerance: 0);
        for (var i = 0; i < 10; i++)
        {
            congestion.OnSent(Packet.MaxSize);
        }

        for (var i = 0; i < 4; i++)
        {
            congestion.OnAcknowledged(Packet.MaxSize, sentAt: 1, now: 1 + 1);
        }

        Assert.Equal(CongestionController.InitialWindow + (4 * Packet.MaxSize), congestion.Window);
        var before = congestion.Window;
        congestion.OnLost(Packet.MaxSize, sentAt: 1, now: 10);
        congestion.OnLost(Packet.MaxSize, sentAt: 2, now: 11);
        Assert.Equal(before / 2, congestion.Window);
        for (var i = 0; i < 20; i++)
        {
            congestion.OnSent(Packet.MaxSize);
            congestion.OnLost(Packet.MaxSize, sentAt: 20 + i, now: 21 + i);
        }

        Assert.Equal(CongestionController.MinWindow, congestion.Window);
    }

    /// <summary>A round trip of 20 ms without a queue.</summary>
    [Theory]
    [InlineData(20_000, 0)]
    [InlineData(24_000, 0.2)]
    [InlineData(32_000, 0.3)]
    [InlineData(41_000, 0.5)]
    public void A_loss_takes_its_own_size_where_no_queue_was_seen_and_a_part_of_the_window_by_the_length_of_the_queue_where_one_was(long roundTrip, double part)
    {
        var congestion = new CongestionController(1 << 20);
        Measure(congestion, 20_000);
        Measure(congestion, roundTrip);
        congestion.OnSent(Packet.MaxSize);
        congestion.OnLost(Packet.MaxSize, sentAt: 2, now: 30);
        var expected = part == 0 ? CongestionController.InitialWindow - Packet.MaxSize : CongestionController.InitialWindow * (1 - part);
        Assert.InRange(congestion.Window, expected - 1, expected + 1);
    }

    /// <summary>What fills a long buffer and loses nothing would delay every call by the length of the buffer.</summary>
    [Fact]
    public void A_queue_longer_than_the_path_is_given_way_to_once_a_round_trip()
    {
        var congestion = new CongestionController(1 << 20);
        Measure(congestion, 1_000);
        Grow(congestion, 400 * Packet.MaxSize);
        Measure(congestion, 6_000);
        var before = congestion.Window;
        Fill(congestion);
        congestion.OnAcknowledged(Packet.MaxSize, sentAt: 100, now: 200);
        congestion.OnAcknowledged(Packet.MaxSize, sentAt: 150, now: 210);
        Assert.Equal(before - (before / 4), congestion.Window);
        Fill(congestion);
        congestion.OnAcknowledged(Packet.MaxSize, sentAt: 201, now: 300);
        Assert.InRange(congestion.Window, before * 55 / 100, before * 57 / 100);
    }

    [Fact]
    public void A_queue_that_does_not_shrink_though_it_was_given_way_to_is_competed_with()
    {
        var congestion = new CongestionController(1 << 20);
        Measure(congestion, 1_000);
        Grow(congestion, 400 * Packet.MaxSize);
        Measure(congestion, 6_000);
        for (var i = 0; i < 8; i++)
        {
            Fill(congestion);
            congestion.OnAcknowledged(Packet.MaxSize, sentAt: 1_000 + (2 * i), now: 1_001 + (2 * i));
        }

        var drained = congestion.Window;
        Fill(congestion);
        congestion.OnAcknowledged(Packet.MaxSize, sentAt: 2_000, now: 2_001);
        Assert.True(congestion.Window > drained);
        Measure(congestion, 1_000);
        Measure(congestion, 6_000);
        Fill(congestion);
        congestion.OnAcknowledged(Packet.MaxSize, sentAt: 3_000, now: 3_001);
        Assert.True(congestion.Window < drained);
    }

    [Fact]
    public void Many_losses_are_congestion_though_no_queue_is_seen()
    {
        var congestion = new CongestionController(1 << 20);
        for (var i = 0; i < 30; i++)
        {
            var before = congestion.Window;
            congestion.OnSent(Packet.MaxSize);
            congestion.OnLost(Packet.MaxSize, sentAt: 100 * i, now: (100 * i) + 1);
            Assert.InRange(congestion.Window, CongestionController.MinWindow, before);
        }

        Assert.Equal(CongestionController.MinWindow, congestion.Window);
    }

    /// <summary>The end of slow start loses many at once: they are answered once, and say nothing about what is lost by chance afterwards.</summary>
    [Fact]
    public void Losses_at_a_full_queue_do_not_make_later_ones_by_chance_congestion()
    {
        var congestion = new CongestionController(1 << 22);
        Measure(congestion, 20_000);
        Grow(congestion, 400 * Packet.MaxSize);
        Measure(congestion, 41_000);
        for (var i = 0; i < 200; i++)
        {
            congestion.OnSent(Packet.MaxSize);
            congestion.OnLost(Packet.MaxSize, sentAt: 1_000, now: 2_000);
        }

        Measure(congestion, 20_000);
        var before = congestion.Window;
        Assert.InRange(before, 190 * Packet.MaxSize, 210 * Packet.MaxSize);
        congestion.OnSent(Packet.MaxSize);
        congestion.OnLost(Packet.MaxSize, sentAt: 3_000, now: 4_000);
        Assert.Equal(before - Packet.MaxSize, congestion.Window);
    }

    [Fact]
    public void A_packet_that_the_peer_had_no_room_for_leaves_the_window_alone_and_counts_as_arrived()
    {
        var congestion = new CongestionController(1 << 20);
        for (var i = 0; i < 2_000; i++)
        {
            congestion.OnSent(Packet.MaxSize);
            if (i % 20 == 0)
            {
                congestion.OnLost(Packet.MaxSize, sentAt: i, now: i + 1);
            }
            else
            {
                congestion.OnRefused(Packet.MaxSize, sentAt: i);
            }
        }

        Assert.Equal(0, congestion.InFlight);
        Assert.Equal(CongestionController.InitialWindow / 2, congestion.Window);
    }

    [Fact]
    public void A_queue_ends_slow_start_before_a_loss_does()
    {
        var congestion = new CongestionController(1 << 20);
        for (var i = 0; i < 16; i++)
        {
            congestion.OnRoundTrip(i < 8 ? 20_000 : 24_000, now: i);
        }

        for (var i = 0; i < 10; i++)
        {
            congestion.OnSent(Packet.MaxSize);
        }

        congestion.OnAcknowledged(Packet.MaxSize, sentAt: 1, now: 1 + 1);
        Assert.Equal(CongestionController.InitialWindow + (Packet.MaxSize / 10), congestion.Window);
    }

    [Fact]
    public void A_window_that_is_not_used_does_not_grow()
    {
        var congestion = new CongestionController(1 << 20);
        for (var i = 0; i < 1000; i++)
        {
            congestion.OnSent(100);
            congestion.OnAcknowledged(100, sentAt: i, now: i + 1);
        }

        Assert.Equal(CongestionController.InitialWindow, congestion.Window);
    }

    [Fact]
    public void After_the_burst_packets_are_spread_over_the_round_trip()
    {
        var pacer = new Pacer();
        const long Window = 12_000;
        const long RoundTrip = 100_000;
        var now = 1_000_000L;
        var sent = 0;
        for (var end = now + RoundTrip; now < end;)
        {
            var next = pacer.NextSend(now, Window, RoundTrip);
            if (next > now)
            {
                now = next;
                continue;
            }

            pacer.OnSent(Packet.MaxSize);
            sent++;
        }

        // The initial window at once, and 1.25 windows in the round trip.
        Assert.InRange(sent, 20, 23);
    }

    [Fact]
    public void Three_later_packets_or_time_declare_a_packet_lost_and_silence_asks_for_a_probe()
    {
        var handler = new Recorder();
        var loss = new LossDetector(handler, new CongestionController(1 << 20));
        for (var i = 0; i < 5; i++)
        {
            var packet = loss.Packets.Rent();
            packet.IsAckEliciting = true;
            packet.Size = 100;
            loss.OnSent(packet, 1_000);
        }

        Assert.True(Ack(loss, 3, 3, 51_000));
        Assert.Equal([3], handler.Acknowledged);
        Assert.Equal([0], handler.Lost);
        Assert.InRange(loss.Deadline, 51_000, 60_000);
        Assert.False(loss.OnTimeout(loss.Deadline, out _));
        Assert.Equal([0, 1, 2], handler.Lost);
        Assert.True(loss.OnTimeout(loss.Deadline, out var overdue));
        Assert.Equal(4, overdue?.Number);
        Assert.Equal(1, loss.ProbeCount);
        Assert.False(Ack(loss, 99, 99, 60_000));
    }

    private static void Measure(CongestionController congestion, long roundTrip)
    {
        for (var i = 0; i < 8; i++)
        {
            congestion.OnRoundTrip(roundTrip, now: 1);
        }
    }

    private static void Fill(CongestionController congestion)
    {
        while (congestion.CanSend)
        {
            congestion.OnSent(Packet.MaxSize);
        }
    }

    private static void Grow(CongestionController congestion, long window)
    {
        while (congestion.Window < window)
        {
            Fill(congestion);
            congestion.OnAcknowledged(Packet.MaxSize, sentAt: 1, now: 2);
        }
    }

    private static bool Ack(LossDetector loss, long start, long end, long now)
    {
        Span<byte> frame = stackalloc byte[32];
        var writer = new PacketWriter(frame);
        writer.Variable(end);
        writer.Variable(0);
        writer.Byte(1);
        writer.Variable(end - start);
        var reader = new PacketReader(writer.Written);
        return loss.OnAck(ref reader, now);
    }

    private sealed class Recorder : ISentPacketHandler
    {
        internal List<long> Acknowledged { get; } = [];

        internal List<long> Lost { get; } = [];

        public void OnAcknowledged(SentPacket packet) => Acknowledged.Add(packet.Number);

        public void OnLost(SentPacket packet) => Lost.Add(packet.Number);

        public void OnRefused(SentPacket packet) => throw new NotSupportedException();
    }
}
