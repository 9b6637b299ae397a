using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

/// <summary>Items that all count, and who reads them.</summary>
public sealed class ItemsBufferTests
{
    private const int Window = 100;

    private readonly ItemsBuffer _buffer = new(new Drain(), Window);

    [Fact]
    public void Items_are_taken_in_order_and_then_the_end_with_its_error()
    {
        _buffer.Add(Frames.Payload(1));
        _buffer.Add(Frames.Payload(2));
        var fault = new RpcException(RpcStatusCode.Aborted, "no");
        _buffer.End(fault);
        Assert.Equal([1, 2], new[] { Take(), Take() });
        Assert.Equal(-1, _buffer.TryTake(new TestWork(static _ => { }), out _, out var seen));
        Assert.Same(fault, seen);
    }

    [Fact]
    public void Who_sends_without_credit_breaks_the_protocol_and_one_frame_may_go_beyond_it()
    {
        _buffer.Add(Frames.Payload(new byte[Window - 1]));
        _buffer.Add(Frames.Payload(new byte[50]));
        Assert.Throws<ProtocolException>(() => _buffer.Add(Frames.Payload(1)));
    }

    [Fact]
    public void Credit_is_granted_when_half_of_the_window_was_read_and_not_after_the_end()
    {
        _buffer.Add(Frames.Payload(new byte[90]));
        Assert.Equal(0, _buffer.Consume(49));
        Assert.Equal(50, _buffer.Consume(1));
        Assert.Equal(0, _buffer.Consume(40));
        _buffer.End(null);
        Assert.Equal(0, _buffer.Consume(60));
    }

    [Fact]
    public async Task Who_waits_is_woken_by_an_item_by_the_end_and_by_a_cancel()
    {
        foreach (var wake in (Action<ItemsBuffer>[])[static b => b.Add(Frames.Payload(1)), static b => b.End(null), static b => b.Cancel(new OperationCanceledException()), static b => b.Fail(new IOException())])
        {
            var buffer = new ItemsBuffer(new Drain(), Window);
            var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Assert.Equal(0, buffer.TryTake(new TestWork(_ => woken.SetResult()), out _, out _));
            wake(buffer);
            await woken.Task.Patiently();
        }
    }

    [Fact]
    public void A_cancel_drops_what_was_not_read_and_an_end_after_it_changes_nothing()
    {
        _buffer.Add(Frames.Payload(1));
        var fault = new OperationCanceledException();
        _buffer.Cancel(fault);
        _buffer.End(null);
        _buffer.Add(Frames.Payload(2));
        Assert.Equal(-1, _buffer.TryTake(new TestWork(static _ => { }), out _, out var seen));
        Assert.Same(fault, seen);
    }

    [Fact]
    public void The_peer_has_to_be_told_that_the_reader_is_gone_unless_it_has_ended_the_stream_itself()
    {
        Assert.True(_buffer.Close());
        var ended = new ItemsBuffer(new Drain(), Window);
        ended.End(null);
        Assert.False(ended.Close());
        var failed = new ItemsBuffer(new Drain(), Window);
        failed.Fail(new IOException());
        Assert.True(failed.Close());
    }

    [Fact]
    public async Task A_reader_gives_every_item_of_every_frame_and_then_the_end()
    {
        await using var reader = Reader();
        _buffer.Add(Ints(1, 2, 3));
        _buffer.Add(Ints(4));
        for (var i = 1; i <= 4; i++)
        {
            Assert.True(await reader.MoveNextAsync().Patiently());
            Assert.Equal(i, reader.Current);
        }

        var waiting = reader.MoveNextAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        _buffer.Add(Ints(5));
        Assert.True(await waiting.Patiently());
        Assert.Equal(5, reader.Current);
        _buffer.End(null);
        Assert.False(await reader.MoveNextAsync().Patiently());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reader_that_waits_ends_with_either_of_its_tokens(bool linked)
    {
        using var source = new CancellationTokenSource();
        await using var reader = Reader(linked ? default : source.Token, linked ? source.Token : default);
        var waiting = reader.MoveNextAsync().AsTask();
        await source.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Patiently());
        Assert.Equal(source.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task Half_an_item_is_an_error_of_the_stream_and_of_nothing_else()
    {
        await using var reader = Reader();
        _buffer.Add(Frames.Payload(1, 0, 0, 0, 2, 0));
        Assert.True(await reader.MoveNextAsync().Patiently());
        var fault = await Assert.ThrowsAsync<RpcException>(() => reader.MoveNextAsync().Patiently());
        Assert.Equal(RpcStatusCode.DataLoss, fault.StatusCode);
        Assert.Same(fault, await Assert.ThrowsAsync<RpcException>(() => reader.MoveNextAsync().Patiently()));
    }

    [Fact]
    public async Task A_reader_tells_once_that_it_is_disposed()
    {
        var told = 0;
        var reader = new ItemsReader<int>(_buffer, null!, Int32Formatter.Instance, _ => told++, default, default);
        await reader.DisposeAsync();
        await reader.DisposeAsync();
        Assert.Equal(1, told);
    }

    private ItemsReader<int> Reader(CancellationToken token = default, CancellationToken linked = default) =>
        new(_buffer, null!, Int32Formatter.Instance, null, token, linked);

    private static FramePayload Ints(params int[] values) => Frames.Payload([.. values.SelectMany(BitConverter.GetBytes)]);

    private int? Take()
    {
        if (_buffer.TryTake(new TestWork(static _ => { }), out var chunk, out _) != 1)
        {
            return null;
        }

        var value = chunk.Span[0];
        chunk.Release();
        return value;
    }
}
