using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Transport.Conformance;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class StreamFrameSenderPiecesTests
{
    private const int Large = 2_000_000;

    private readonly GatedWriter _output = new();
    private readonly List<Exception> _failures = [];
    private readonly ManualTimeProvider _time = new();
    private readonly StreamFrameSender _sender;

    public StreamFrameSenderPiecesTests() => _sender = new StreamFrameSender(_output, new Drain(), 10_000_000, 10_000_000, _failures.Add, acknowledged: _time);

    [Fact]
    public async Task Pieces_wait_for_the_peer_and_small_frames_do_not_wait_for_pieces()
    {
        await SendLargeAsync();
        var before = _output.Bytes.Length;
        Assert.InRange(before, PieceWindow.Start, PieceWindow.Start + Transfer.PieceSize);
        Assert.InRange(_sender.QueuedBytes, Large - PieceWindow.Start - Transfer.PieceSize, Large - PieceWindow.Start + 100);
        _sender.Send(Frames.OneWay(2), default);
        Assert.Equal(before + 12, _output.Bytes.Length);
        Assert.Equal([2u], Frames.Ids(_output.Bytes));
        var acknowledged = 0;
        while (!HasWritten(1))
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            var sent = SentBytes();
            _sender.OnPiecesAcknowledged(sent - acknowledged);
            acknowledged = sent;
            await UntilAsync(() => SentBytes() > sent || HasWritten(1));
        }

        await UntilAsync(() => _sender.QueuedBytes == 0);
    }

    [Fact]
    public async Task What_was_acknowledged_is_the_only_progress_of_pieces_that_wait()
    {
        Assert.False(_sender.Progress.Pending);
        await SendLargeAsync();
        var (completed, pending) = _sender.Progress;
        Assert.True(pending);
        _sender.Send(Frames.OneWay(2), default);
        Assert.Equal((completed, true), _sender.Progress);
        _sender.OnPiecesAcknowledged(1000);
        Assert.NotEqual(completed, _sender.Progress.Completed);
        _sender.Fail(new RpcException(RpcStatusCode.Unavailable, "over"));
        Assert.False(_sender.Progress.Pending);
    }

    [Fact]
    public async Task More_than_was_sent_cannot_be_acknowledged()
    {
        Assert.Throws<ProtocolException>(() => _sender.OnPiecesAcknowledged(1));
        await SendLargeAsync();
        Assert.Throws<ProtocolException>(() => _sender.OnPiecesAcknowledged(SentBytes() + 1));
    }

    [Fact]
    public async Task Completing_waits_for_no_acknowledgement()
    {
        await SendLargeAsync();
        await _sender.CompleteAsync(Frames.OneWay(2)).AsTask().Patiently();
        await _output.Completed.Patiently();
        Assert.Equal([2u, 1u], Frames.Ids(_output.Bytes));
        _sender.AcknowledgePieces(5);
        Assert.Empty(Acknowledged());
    }

    [Fact]
    public void An_acknowledgement_leaves_at_once_when_nothing_else_does()
    {
        _sender.AcknowledgePieces(70_000);
        Assert.Equal([70_000], Acknowledged());
        Assert.Equal(0, _sender.QueuedBytes);
    }

    [Fact]
    public async Task Acknowledgements_leave_together_with_the_piece_or_the_frames_after_them()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1), default);
        _sender.AcknowledgePieces(1000);
        _sender.AcknowledgePieces(500);
        _sender.Send(Frames.OneWay(2, 200_000), default);
        _output.Open();
        await UntilAsync(() => HasWritten(2));
        Assert.Equal([1500], Acknowledged());
        Assert.Equal([FrameType.PieceAck, FrameType.Piece], Frames.Parse(_output.Writes[1]).Select(static frame => frame.Type));
        _output.Close();
        _sender.Send(Frames.OneWay(3), default);
        _sender.AcknowledgePieces(700);
        _sender.Send(Frames.OneWay(4), default);
        var writes = _output.Writes.Count;
        _output.Open();
        await UntilAsync(() => HasWritten(4));
        Assert.Equal(writes + 1, _output.Writes.Count);
        Assert.Equal([1500, 700], Acknowledged());
    }

    [Fact]
    public async Task A_peer_that_knows_no_acknowledgements_gets_none_and_is_waited_for_by_none()
    {
        var sender = new StreamFrameSender(_output, new Drain(), 10_000_000, 10_000_000, _failures.Add);
        sender.AcknowledgePieces(1000);
        Assert.Empty(_output.Writes);
        sender.Send(Frames.OneWay(1, Large), default);
        await UntilAsync(() => HasWritten(1));
        Assert.Equal([1u], Frames.Ids(_output.Bytes));
        Assert.Throws<ProtocolException>(() => sender.OnPiecesAcknowledged(1));
    }

    private async Task SendLargeAsync()
    {
        _sender.Send(Frames.OneWay(1, Large), default);
        await UntilAsync(() => _sender.Progress.Completed < 0);
    }

    private bool HasWritten(uint id) => Frames.Ids(_output.Bytes).Contains(id);

    private static Task UntilAsync(Func<bool> isReached)
    {
        return Task.Run(LoopAsync).Patiently();

        async Task LoopAsync()
        {
            while (!isReached())
            {
                await Task.Yield();
            }
        }
    }

    private List<(FrameType Type, byte[] Body)> Written() => Frames.Parse(_output.Bytes);

    private int SentBytes() => Written().Where(static frame => frame.Type == FrameType.Piece).Sum(static frame => frame.Body.Length);

    private int[] Acknowledged() => [.. Written().Where(static frame => frame.Type == FrameType.PieceAck).Select(static frame => BitConverter.ToInt32(frame.Body))];
}
