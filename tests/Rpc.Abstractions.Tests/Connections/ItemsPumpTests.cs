using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Serialization.Formatters;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class ItemsPumpTests
{
    private readonly MessageTransportConnection _peer;
    private readonly StreamEnd _end;
    private int _pulled;
    private bool _isDisposed;

    public ItemsPumpTests()
    {
        var (transport, peer) = MessagePairTransport.CreatePair();
        _peer = peer;
        var sender = new MessageFrameSender(transport, new Drain(), 1_000_000, 1_000_000, static _ => { });
        _end = new StreamEnd(sender, new StreamRef(0, 0), IsCaller: false, HighWater: 100_000);
    }

    [Fact]
    public async Task A_source_is_asked_for_no_more_than_may_be_sent_and_one_item()
    {
        var window = new StreamWindow(64);
        var pump = RunAsync(window, int.MaxValue);
        Assert.Equal(17, _pulled);
        window.Grant(40);
        Assert.Equal(Enumerable.Range(0, 16), await ReceiveAsync());
        while ((await ReceiveAsync())[^1] < 25)
        {
            // As many as were granted, and the one that was waiting, in one frame or two.
        }

        Assert.InRange(_pulled, 26, 27);
        window.Stop();
        await pump.Patiently();
        Assert.True(_isDisposed);
    }

    [Fact]
    public async Task Items_that_are_there_at_once_travel_together()
    {
        await RunAsync(new StreamWindow(1 << 20), 1000).Patiently();
        Assert.Equal(Enumerable.Range(0, 1000), await ReceiveAsync());
        Assert.True(_isDisposed);
    }

    [Fact]
    public async Task What_a_source_gave_before_it_failed_arrives_before_its_error()
    {
        await Assert.ThrowsAsync<IOException>(() => ItemsPump.RunAsync(FailsAsync(), Int32Formatter.Instance, _end, new StreamWindow(1000), 1000, default).Patiently());
        Assert.Equal([1, 2], await ReceiveAsync());

        static async IAsyncEnumerable<int> FailsAsync()
        {
            yield return 1;
            yield return 2;
            await Task.CompletedTask;
            throw new IOException();
        }
    }

    [Fact]
    public async Task An_item_beyond_the_peers_limit_is_the_streams_error()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => ItemsPump.RunAsync(NumbersAsync(10), Int32Formatter.Instance, _end, new StreamWindow(1000), 3, default).Patiently());
        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task Who_waits_for_credit_when_the_call_is_cancelled_ends_with_the_token()
    {
        using var source = new CancellationTokenSource();
        var window = new StreamWindow(4);
        var pump = ItemsPump.RunAsync(NumbersAsync(10), Int32Formatter.Instance, _end, window, 1000, source.Token);
        await source.CancelAsync();
        window.Stop();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pump.Patiently());
    }

    private Task RunAsync(StreamWindow window, int count) => ItemsPump.RunAsync(NumbersAsync(count), Int32Formatter.Instance, _end, window, 10_000, default);

#pragma warning disable CS1998 // Its items are all there at once.
    private async IAsyncEnumerable<int> NumbersAsync(int count)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                _pulled++;
                yield return i;
            }
        }
        finally
        {
            _isDisposed = true;
        }
    }
#pragma warning restore CS1998

    private async Task<List<int>> ReceiveAsync()
    {
        Assert.True(await _peer.WaitToReceiveAsync(default).Patiently());
        Assert.True(_peer.TryReceive(out var message));
        Assert.Equal((byte)FrameType.CalleeItems, message.Span[0]);
        var items = message.Slice(5).ToArray();
        return [.. items.Chunk(4).Select(static item => BitConverter.ToInt32(item))];
    }
}
