using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class ReassemblerTests : IDisposable
{
    private readonly Reassembler _reassembler = new(1000, 1500);

    public void Dispose() => _reassembler.Dispose();

    [Fact]
    public void Pieces_become_the_whole_whatever_comes_between()
    {
        Assert.Null(Add(1, PieceFrame.First, 6, [1, 2]));
        Assert.Null(Add(2, PieceFrame.First, 3, [9]));
        Assert.Null(Add(1, 0, null, [3, 4]));
        Assert.Equal([9, 8, 7], Add(2, PieceFrame.Last, null, [8, 7]));
        Assert.Equal([1, 2, 3, 4, 5, 6], Add(1, PieceFrame.Last, null, [5, 6]));
        Assert.Equal([5], Add(1, PieceFrame.First | PieceFrame.Last, 1, [5]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1005)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_total_that_cannot_be_is_an_error(int total) => Assert.Throws<ProtocolException>(() => Add(1, PieceFrame.First, total, [1]));

    [Fact]
    public void Pieces_that_do_not_add_up_are_an_error()
    {
        Assert.Throws<ProtocolException>(() => Add(1, 0, null, [1]));
        Add(2, PieceFrame.First, 3, [1]);
        Assert.Throws<ProtocolException>(() => Add(2, PieceFrame.First, 3, [1]));
        Assert.Throws<ProtocolException>(() => Add(2, PieceFrame.Last, null, [1]));
        Assert.Throws<ProtocolException>(() => Add(2, 0, null, [1, 2]));
        Assert.Throws<ProtocolException>(() => Add(2, 0, null, []));
        Assert.Throws<ProtocolException>(() => Add(2, PieceFrame.Last, null, [1, 2, 3]));
        Assert.Throws<ProtocolException>(() => _reassembler.TryComplete(Frames.Payload(1, 0), out _));
    }

    [Fact]
    public void What_is_incomplete_counts_and_what_is_complete_does_not()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.NotNull(Add(1, PieceFrame.First | PieceFrame.Last, 1000, new byte[1000]));
        }

        Add(1, PieceFrame.First, 1000, new byte[900]);
        Add(2, PieceFrame.First, 1000, new byte[600]);
        Assert.Equal(RpcCloseReason.ResourceExhausted, Assert.Throws<ProtocolException>(() => Add(3, PieceFrame.First, 1000, [1])).Reason);
    }

    private byte[]? Add(ushort transfer, int flags, int? total, byte[] bytes)
    {
        var piece = Frames.Payload([.. BitConverter.GetBytes(transfer), (byte)flags, .. total is { } length ? BitConverter.GetBytes(length) : [], .. bytes]);
        if (!_reassembler.TryComplete(piece, out var frame))
        {
            return null;
        }

        var whole = frame.Span.ToArray();
        frame.Release();
        return whole;
    }
}
