using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Transports;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class StreamFrameSenderTests
{
    private static readonly SendOptions s_low = new(Low: true);

    private readonly GatedWriter _output = new();
    private readonly Drain _drain = new();
    private readonly List<Exception> _failures = [];
    private readonly StreamFrameSender _sender;

    public StreamFrameSenderTests()
    {
        _sender = new StreamFrameSender(_output, _drain, 1_000_000, 1_000_000, _failures.Add);
        _drain.Attach(_sender);
    }

    [Fact]
    public void A_frame_with_no_other_leaves_at_once_on_the_callers_thread()
    {
        _sender.Send(Frames.OneWay(1), default);
        Assert.Equal([1u], Frames.Ids(_output.Bytes));
        Assert.Equal(0, _sender.QueuedBytes);
    }

    [Fact]
    public async Task Answers_of_the_reader_leave_on_another_thread_so_that_those_of_one_read_leave_together()
    {
        for (var i = 1u; i <= 100; i++)
        {
            _sender.SendControl(Frames.OneWay(i), new SendOptions(Lazy: true));
        }

        Assert.False(_output.HasWrittenHere);
        await _output.WhenWrittenAsync(100 * 12).Patiently();
        Assert.Equal(Enumerable.Range(1, 100).Select(static i => (uint)i), Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task What_is_sent_during_a_write_leaves_with_the_next()
    {
        _output.Close();
        for (var i = 1u; i <= 100; i++)
        {
            _sender.Send(Frames.OneWay(i), default);
        }

        Assert.Single(_output.Writes);
        _output.Open();
        await _output.WhenWrittenAsync(100 * 12).Patiently();
        Assert.Equal(2, _output.Writes.Count);
        Assert.Equal(Enumerable.Range(1, 100).Select(static i => (uint)i), Frames.Ids(_output.Bytes));
    }

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(128 * 1024 - 8)]
    [InlineData(128 * 1024)]
    [InlineData(1_000_000)]
    public async Task A_frame_of_any_size_arrives_whole(int size)
    {
        _sender.Send(Frames.OneWay(7, size), default);
        await _sender.CompleteAsync(null).Patiently();
        Assert.Equal([7u], Frames.Ids(_output.Bytes));
        Assert.Equal(0, _sender.QueuedBytes);
    }

    [Fact]
    public async Task Small_frames_overtake_a_large_one()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1), default);
        _sender.Send(Frames.OneWay(2, 600_000), default);
        _sender.Send(Frames.OneWay(3), default);
        _output.Open();
        await _sender.CompleteAsync(null).Patiently();
        Assert.Equal([1u, 3, 2], Frames.Ids(_output.Bytes));
        Assert.All(_output.Writes, static write => Assert.InRange(write.Length, 1, (64 * 1024) + 11));
    }

    [Fact]
    public async Task Large_frames_take_turns()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1), default);
        _sender.Send(Frames.OneWay(2, 600_000), default);
        _sender.Send(Frames.OneWay(3, 200_000), default);
        _output.Open();
        await _sender.CompleteAsync(null).Patiently();
        Assert.Equal([1u, 3, 2], Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task Frames_of_low_priority_leave_behind_all_others()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1), default);
        _sender.Send(Frames.OneWay(2, 100), s_low);
        _sender.Send(Frames.OneWay(3, 300_000), default);
        _sender.Send(Frames.OneWay(4), s_low);
        _sender.Send(Frames.OneWay(5), default);
        _output.Open();
        await _sender.CompleteAsync(null).Patiently();
        Assert.Equal([1u, 5, 3, 2, 4], Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task A_lane_keeps_its_order_and_holds_up_no_other()
    {
        var (one, two) = (Lane(11), Lane(12));
        _output.Close();
        _sender.Send(Frames.OneWay(1), one);
        _sender.Send(Frames.OneWay(2, 600_000), one);
        _sender.Send(Frames.OneWay(3), one);
        _sender.Send(Frames.OneWay(4, 200_000), one);
        _sender.Send(Frames.OneWay(5), two);
        _sender.SendControl(Frames.OneWay(6), one);
        _output.Open();
        await _sender.CompleteAsync(null).Patiently();
        Assert.Equal([1u, 5, 2, 3, 4, 6], Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task What_follows_a_frame_of_low_priority_in_its_lane_waits_for_it()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1), default);
        _sender.Send(Frames.OneWay(2), new SendOptions(new MessageOptions(RpcDelivery.Ordered, 11), Low: true));
        _sender.Send(Frames.OneWay(3), Lane(11));
        _sender.Send(Frames.OneWay(4, 300_000), default);
        _output.Open();
        await _sender.CompleteAsync(null).Patiently();
        Assert.Equal([1u, 4, 2, 3], Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task Beyond_the_limit_senders_wait_in_order()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1, 5000), default);
        var waiting = Enumerable.Range(2, 10).Select(i => _sender.SendAsync(Frames.OneWay((uint)i), default, 1000, default).AsTask()).ToArray();
        Assert.All(waiting, static wait => Assert.False(wait.IsCompleted));
        _output.Open();
        await Task.WhenAll(waiting).Patiently();
        await _sender.CompleteAsync(null).Patiently();
        Assert.Equal(Enumerable.Range(1, 11).Select(static i => (uint)i), Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_sends_nothing_and_holds_up_nobody()
    {
        using var source = new CancellationTokenSource();
        _output.Close();
        _sender.Send(Frames.OneWay(1, 5000), default);
        var cancelled = _sender.SendAsync(Frames.OneWay(2), default, 1000, source.Token).AsTask();
        var next = _sender.SendAsync(Frames.OneWay(3), default, 1000, default).AsTask();
        await source.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled).Patiently();
        Assert.Equal(source.Token, exception.CancellationToken);
        _output.Open();
        await next.Patiently();
        await _sender.CompleteAsync(null).Patiently();
        Assert.Equal([1u, 3], Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task Waiting_for_room_ends_when_there_is_room()
    {
        await _sender.WaitForRoomAsync(1000, default).Patiently();
        _output.Close();
        _sender.Send(Frames.OneWay(1, 5000), default);
        var room = _sender.WaitForRoomAsync(1000, default).AsTask();
        Assert.False(room.IsCompleted);
        _output.Open();
        await room.Patiently();
    }

    [Fact]
    public void The_queue_is_full_at_its_limit_and_not_before()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1, 999_991), default);
        Assert.False(_sender.IsFull);
        _sender.Send(Frames.OneWay(2, 0), default);
        Assert.True(_sender.IsFull);
        Assert.True(_sender.Progress.Pending);
    }

    [Fact]
    public async Task A_write_that_fails_frees_everything_that_waits()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1, 5000), default);
        var waiting = _sender.SendAsync(Frames.OneWay(2), default, 1000, default).AsTask();
        var room = _sender.WaitForRoomAsync(1000, default).AsTask();
        var idle = _sender.WhenIdle();
        Assert.False(idle.IsCompleted);
        _output.Break(new TransportException(TransportError.ConnectionReset, "gone"));
        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => waiting).Patiently()).StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => room).Patiently();
        await idle.Patiently();
        Assert.Equal(RpcStatusCode.Unavailable, Assert.Throws<RpcException>(() => _sender.Send(Frames.OneWay(3), default)).StatusCode);
        _sender.SendControl(Frames.OneWay(4));
        await _sender.CompleteAsync(Frames.OneWay(5)).Patiently();
        Assert.Equal(0, _sender.QueuedBytes);
        Assert.IsType<TransportException>(Assert.Single(_failures));
    }

    [Fact]
    public async Task Failing_drops_the_queue_when_the_write_under_way_has_ended()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1), default);
        _sender.Send(Frames.OneWay(2, 300_000), default);
        _sender.Fail(new RpcException(RpcStatusCode.Unavailable, "over"));
        var idle = _sender.WhenIdle();
        Assert.False(idle.IsCompleted);
        _output.Open();
        await idle.Patiently();
        Assert.Equal(0, _sender.QueuedBytes);
        Assert.Equal([1u], Frames.Ids(_output.Bytes));
        Assert.True(_sender.WhenIdle().IsCompleted);
    }

    [Fact]
    public async Task Completing_sends_everything_then_the_last_frame_then_the_end()
    {
        _output.Close();
        _sender.Send(Frames.OneWay(1), default);
        _sender.Send(Frames.OneWay(2), s_low);
        var completing = _sender.CompleteAsync(Frames.OneWay(3)).AsTask();
        Assert.Equal(RpcStatusCode.Unavailable, Assert.Throws<RpcException>(() => _sender.Send(Frames.OneWay(4), default)).StatusCode);
        Assert.False(_output.Completed.IsCompleted);
        _output.Open();
        await completing.Patiently();
        await _output.Completed.Patiently();
        Assert.Equal([1u, 3, 2], Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task What_a_batch_writes_is_gathered_and_leaves_at_its_end()
    {
        var work = new TestWork(op => _sender.Send(Frames.OneWay((uint)op), default));
        for (var i = 0; i < 1000; i++)
        {
            _drain.Enqueue(work, i, 0, default);
        }

        _drain.Run();
        await _output.WhenWrittenAsync(1000 * 12).Patiently();

        // One, and one more for each millisecond that this thread may have stood still.
        Assert.InRange(_output.Writes.Count, 1, 100);
        Assert.Equal(Enumerable.Range(0, 1000).Select(static i => (uint)i), Frames.Ids(_output.Bytes));
    }

    [Fact]
    public async Task A_flood_of_answers_that_nobody_reads_is_a_failure()
    {
        _output.Close();
        for (var i = 0; i < 25 && _failures.Count == 0; i++)
        {
            _sender.SendControl(Frames.OneWay(1, 100_000));
        }

        var failure = Assert.IsType<ProtocolException>(Assert.Single(_failures));
        Assert.Equal(RpcCloseReason.ResourceExhausted, failure.Reason);
        Assert.InRange(_sender.QueuedBytes, 1_000_000, 2_300_000);
        _output.Open();
        await _sender.CompleteAsync(null).Patiently();
    }

    [Fact]
    public async Task Many_threads_lose_and_double_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                var id = (uint)((thread * 1000) + i);
                var frame = Frames.OneWay(id, i % 50 == 0 ? 150_000 : i % 7 * 300);
                if (i % 3 == 0)
                {
                    await _sender.SendAsync(frame, Lane((uint)thread + 1), 100_000, default);
                }
                else
                {
                    _sender.Send(frame, Lane((uint)thread + 1));
                }
            }
        }))).Patiently();
        await _sender.CompleteAsync(null).Patiently();
        var ids = Frames.Ids(_output.Bytes);
        Assert.Equal(4000, ids.Count);
        Assert.All(ids.GroupBy(static id => id / 1000), static lane => Assert.Equal(Enumerable.Range(0, 500).Select(i => (lane.Key * 1000) + (uint)i), lane));
        Assert.Equal(0, _sender.QueuedBytes);
    }

    private static SendOptions Lane(uint lane) => new(new MessageOptions(RpcDelivery.Ordered, lane));
}
