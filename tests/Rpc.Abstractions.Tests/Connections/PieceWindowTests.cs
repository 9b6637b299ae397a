using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class PieceWindowTests
{
    private const long Second = 1_000_000_000;
    private const int Piece = 64 * 1024;

    private readonly PieceWindow _window = new(Second);

    [Fact]
    public void It_is_open_until_it_is_full_and_again_when_there_is_room()
    {
        for (var i = 0; i < PieceWindow.Start / Piece; i++)
        {
            Assert.True(_window.IsOpen);
            _window.OnSent(Piece, 0);
        }

        Assert.False(_window.IsOpen);
        Assert.True(_window.TryAck(Piece, 1));
        Assert.True(_window.IsOpen);
        Assert.Equal(Piece, _window.Acked);
    }

    [Fact]
    public void More_than_was_sent_cannot_be_acknowledged()
    {
        Assert.False(_window.TryAck(1, 0));
        _window.OnSent(Piece, 0);
        Assert.False(_window.TryAck(Piece + 1, 1));
        Assert.True(_window.TryAck(Piece, 1));
        Assert.False(_window.TryAck(1, 2));
    }

    [Fact]
    public void An_acknowledgement_may_be_of_parts_of_pieces()
    {
        _window.OnSent(Piece, 0);
        _window.OnSent(Piece, 0);
        Assert.True(_window.TryAck(10, 1));
        Assert.True(_window.TryAck((2 * Piece) - 11, 1));
        Assert.True(_window.TryAck(1, 1));
        Assert.False(_window.TryAck(1, 1));
    }

    [Fact]
    public void A_long_fast_path_is_filled()
    {
        var path = new Path(_window, bytesPerSecond: 12_500_000, roundTrip: Second / 10);
        path.Run(3 * Second);
        Assert.InRange(path.Run(10 * Second), 0.9 * 125_000_000, 125_100_000);
        Assert.InRange(_window.Size, 1_250_000, 1_250_000 * 2);
    }

    [Fact]
    public void A_short_path_has_little_waiting_in_its_queue_and_is_kept_busy_all_the_same()
    {
        var path = new Path(_window, bytesPerSecond: 1_000_000_000, roundTrip: Second / 50_000);
        path.Run(Second / 10);
        Assert.InRange(path.Run(Second), 900_000_000, 1_000_100_000);
        Assert.InRange(_window.Size, PieceWindow.Least, PieceWindow.Least + Piece);
    }

    [Fact]
    public void A_path_that_becomes_longer_for_good_is_filled_again()
    {
        var path = new Path(_window, bytesPerSecond: 12_500_000, roundTrip: Second / 100);
        path.Run(3 * Second);
        path.RoundTrip = Second / 10;
        path.Run(25 * Second);
        Assert.InRange(path.Run(5 * Second), 0.8 * 62_500_000, 62_600_000);
    }

    [Fact]
    public void A_receiver_that_becomes_slow_makes_it_shrink()
    {
        var path = new Path(_window, bytesPerSecond: 12_500_000, roundTrip: Second / 10);
        path.Run(5 * Second);
        path.BytesPerSecond = 1_000_000;
        path.Run(8 * Second);
        Assert.InRange(_window.Size, PieceWindow.Least, 400_000);
    }

    [Fact]
    public void It_does_not_grow_while_it_holds_nothing_up()
    {
        for (var i = 0; i < 1000; i++)
        {
            _window.OnSent(1000, i * 1000);
            Assert.True(_window.TryAck(1000, (i * 1000) + 500));
        }

        Assert.Equal(PieceWindow.Start, _window.Size);
    }

    [Fact]
    public void Acknowledgements_that_take_no_time_do_no_harm()
    {
        for (var i = 0; i < 1000; i++)
        {
            _window.OnSent(Piece, 0);
            _window.OnLimited();
            Assert.True(_window.TryAck(Piece, 0));
        }

        Assert.InRange(_window.Size, PieceWindow.Start, PieceWindow.Most);
        Assert.True(_window.IsOpen);
    }

    /// <summary>A path in virtual time: a queue that is emptied at a rate, then a delay, to the acknowledgement.</summary>
    private sealed class Path(PieceWindow window, long bytesPerSecond, long roundTrip)
    {
        private readonly PriorityQueue<int, long> _acks = new();
        private long _now;
        private long _freeAt;

        public long BytesPerSecond { get; set; } = bytesPerSecond;

        public long RoundTrip { get; set; } = roundTrip;

        /// <summary>Sends as much as the window lets for so long.</summary>
        /// <returns>How many bytes were acknowledged meanwhile.</returns>
        public double Run(long time)
        {
            var end = _now + time;
            var acked = window.Acked;
            while (_now < end)
            {
                while (window.IsOpen)
                {
                    window.OnSent(Piece, _now);
                    _freeAt = Math.Max(_now, _freeAt) + (Piece * Second / BytesPerSecond);
                    _acks.Enqueue(Piece, _freeAt + RoundTrip);
                }

                window.OnLimited();
                Assert.True(_acks.TryDequeue(out var bytes, out _now));
                Assert.True(window.TryAck(bytes, _now));
            }

            return window.Acked - acked;
        }
    }
}
