using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class TransferQueueTests
{
    private const int Piece = Transfer.PieceSize;

    private readonly TransferQueue _queue = new(10 * Piece);

    [Fact]
    public void Eight_of_a_quarter_of_the_limit_are_never_more_than_four_at_once()
    {
        for (var i = 0; i < 8; i++)
        {
            Add((uint)i, 10 * Piece / 4);
        }

        var pieces = Run();
        Assert.Equal(Enumerable.Range(0, 8), pieces.Distinct().Order());
        var begun = new HashSet<int>();
        for (var i = 0; i < pieces.Count; i++)
        {
            begun.Add(pieces[i]);
            Assert.InRange(begun.Count(transfer => pieces.LastIndexOf(transfer) >= i), 1, 4);
        }
    }

    [Fact]
    public void One_beyond_the_limit_goes_alone()
    {
        Add(0, 3 * Piece);
        Add(1, 20 * Piece);
        Add(2, 3 * Piece);
        var pieces = Run();
        Assert.All(pieces[pieces.IndexOf(1)..pieces.LastIndexOf(1)], static piece => Assert.Equal(1, piece));
        Assert.True(pieces.IndexOf(1) > pieces.LastIndexOf(0));
    }

    [Fact]
    public void A_small_one_overtakes_a_large_one_that_has_no_room()
    {
        Add(0, 6 * Piece);
        Add(1, 8 * Piece);
        Add(2, 2 * Piece);
        var pieces = Run();
        Assert.True(pieces.LastIndexOf(2) < pieces.LastIndexOf(0));
        Assert.True(pieces.IndexOf(1) > pieces.LastIndexOf(0));
    }

    [Fact]
    public void Small_ones_without_end_do_not_starve_a_large_one()
    {
        Add(0, 6 * Piece);
        Add(1, 8 * Piece);
        var taken = new List<int>();
        for (var i = 2; !taken.Contains(1); i++)
        {
            Add((uint)i, 4 * Piece - 100);
            Assert.InRange(i, 2, 50);
            Step(taken);
        }
    }

    [Fact]
    public void A_lane_keeps_its_order_though_its_first_has_no_room()
    {
        Add(0, 6 * Piece);
        Add(1, 8 * Piece, lane: 5);
        Add(2, 100, lane: 5);
        Add(3, 100, lane: 6);
        var pieces = Run();
        Assert.True(pieces.IndexOf(2) > pieces.LastIndexOf(1));
        Assert.True(pieces.IndexOf(3) < pieces.IndexOf(1));
    }

    [Fact]
    public void One_of_low_priority_that_holds_the_room_is_brought_to_its_end()
    {
        Add(0, 6 * Piece, low: true);
        Assert.NotNull(_queue.Next(low: true));
        Assert.Null(_queue.Next(low: false));
        Add(1, 8 * Piece);
        var transfer = _queue.Next(low: false);
        Assert.True(transfer!.Low);
        Assert.Equal([.. Enumerable.Repeat(0, 7), .. Enumerable.Repeat(1, 9)], Run());
    }

    [Fact]
    public void A_number_is_given_to_no_other_while_it_is_in_use()
    {
        Add(0, 2 * Piece, low: true);
        var first = _queue.Next(low: true)!;
        for (var i = 0; i < ushort.MaxValue + 10; i++)
        {
            Add(1, 1);
            var next = _queue.Next(low: false)!;
            Assert.NotEqual(first.Id, next.Id);
            _queue.End(next);
        }
    }

    [Fact]
    public void What_was_cleared_holds_nothing_up()
    {
        Add(0, 10 * Piece);
        Assert.NotNull(_queue.Next(low: false));
        Add(1, 10 * Piece, lane: 4);
        Assert.True(_queue.Holds(4));
        _queue.Clear();
        Assert.True(_queue.IsEmpty);
        Assert.False(_queue.Holds(4));
        Add(2, 10 * Piece);
        Assert.NotNull(_queue.Next(low: false));
    }

    private readonly Dictionary<Transfer, int> _names = [];

    private void Add(uint name, int size, uint lane = 0, bool low = false)
    {
        var transfer = new Transfer(Frames.OneWay(name, size), low, lane);
        _names.Add(transfer, (int)name);
        _queue.Add(transfer);
    }

    /// <summary>Which transfer each piece is of, until all are sent.</summary>
    private List<int> Run()
    {
        var taken = new List<int>();
        while (!_queue.IsEmpty)
        {
            Step(taken);
        }

        return taken;
    }

    private void Step(List<int> taken)
    {
        var transfer = _queue.Next(low: true)!;
        taken.Add(_names[transfer]);
        transfer.Next();
        if (transfer.IsDone)
        {
            _queue.End(transfer);
        }
    }
}
