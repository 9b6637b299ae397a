using System.Buffers;
using System.IO.Pipelines;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class StreamTransportConformance
{
    [Fact]
    public async Task What_is_examined_but_not_consumed_stays_until_more_arrives()
    {
        var (client, server) = await ConnectAsync();
        await client.Output.WriteAsync(TestBytes.Make(10));
        var first = await server.Input.ReadAtLeastAsync(10).AsTask().WaitAsync(HangGuard);
        server.Input.AdvanceTo(first.Buffer.GetPosition(4), first.Buffer.End);

        var second = server.Input.ReadAsync().AsTask();
        Assert.False(second.IsCompleted);
        await client.Output.WriteAsync(TestBytes.Make(1, 10));
        var result = await second.WaitAsync(HangGuard);

        Assert.Equal(TestBytes.Make(7, 4), result.Buffer.ToArray());
        server.Input.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task What_is_neither_examined_nor_consumed_is_read_again_at_once()
    {
        var (client, server) = await ConnectAsync();
        await client.Output.WriteAsync(TestBytes.Make(10));
        var first = await server.Input.ReadAtLeastAsync(10).AsTask().WaitAsync(HangGuard);
        server.Input.AdvanceTo(first.Buffer.GetPosition(4));

        var second = server.Input.ReadAsync().AsTask();
        Assert.True(second.IsCompletedSuccessfully);
        var rest = await second;
        Assert.Equal(TestBytes.Make(6, 4), rest.Buffer.ToArray());
        server.Input.AdvanceTo(rest.Buffer.Start);

        Assert.True(server.Input.TryRead(out var third));
        Assert.Equal(6, third.Buffer.Length);
        server.Input.AdvanceTo(third.Buffer.End);
        Assert.False(server.Input.TryRead(out _));
    }

    [Fact]
    public async Task A_message_far_larger_than_one_receive_can_be_gathered_without_consuming_any_of_it()
    {
        var (client, server) = await ConnectAsync();
        const int Total = 3_000_000;
        var write = client.Output.WriteTestBytesAsync(Total, 10_000);

        var result = await server.Input.ReadAtLeastAsync(Total).AsTask().WaitAsync(HangGuard);
        Assert.Equal(Total, result.Buffer.Length);
        server.Input.AdvanceTo(result.Buffer.Start);
        await server.Input.ReadTestBytesAsync(Total).WaitAsync(HangGuard);
        await write.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Consuming_a_little_at_a_time_loses_nothing()
    {
        var (client, server) = await ConnectAsync();
        const int Total = 200_000;
        var write = client.Output.WriteTestBytesAsync(Total, 3_001);
        for (var position = 0; position < Total;)
        {
            var result = await server.Input.ReadAsync().AsTask().WaitAsync(HangGuard);
            var size = Math.Min(result.Buffer.Length, 1 + (position % 997));
            Assert.Equal(TestBytes.Make((int)size, position), result.Buffer.Slice(0, size).ToArray());

            // Now and then everything is examined, so that the next read has to wait for more.
            var consumed = result.Buffer.GetPosition(size);
            server.Input.AdvanceTo(consumed, position % 5 == 0 && position + result.Buffer.Length < Total ? result.Buffer.End : consumed);
            position += (int)size;
        }

        await write.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task CancelPendingRead_ends_a_waiting_read_and_loses_nothing()
    {
        var (client, server) = await ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            var read = server.Input.ReadAsync();
            server.Input.CancelPendingRead();
            var result = await read.AsTask().WaitAsync(HangGuard);
            Assert.True(result.IsCanceled);
            Assert.False(result.IsCompleted);
            server.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);

            await client.Output.WriteAsync(TestBytes.Make(100, i * 100));
            await server.Input.ReadTestBytesAsync(100, i * 100).WaitAsync(HangGuard);
        }
    }

    [Fact]
    public async Task CancelPendingRead_with_no_read_waiting_ends_the_next_one_only()
    {
        var (client, server) = await ConnectAsync();
        server.Input.CancelPendingRead();
        var result = await server.Input.ReadAsync().AsTask().WaitAsync(HangGuard);
        Assert.True(result.IsCanceled);
        server.Input.AdvanceTo(result.Buffer.Start);

        await client.Output.WriteAsync(TestBytes.Make(10));
        await server.Input.ReadTestBytesAsync(10).WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Cancelling_its_token_ends_a_waiting_read_and_loses_nothing()
    {
        var (client, server) = await ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var read = server.Input.ReadAsync(cancellation.Token).AsTask();
            cancellation.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(HangGuard));

            await client.Output.WriteAsync(TestBytes.Make(100, i * 100));
            await server.Input.ReadTestBytesAsync(100, i * 100).WaitAsync(HangGuard);
        }
    }

    [Fact]
    public async Task A_read_cancelled_while_bytes_arrive_loses_nothing()
    {
        var (client, server) = await ConnectAsync();
        const int Total = 400_000;
        var write = Task.Run(() => client.Output.WriteTestBytesAsync(Total, 777));
        long position = 0;
        for (var i = 0; position < Total; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var read = server.Input.ReadAsync(i % 2 == 0 ? cancellation.Token : default).AsTask();
            var cancel = i % 2 == 0 ? cancellation.CancelAsync() : Task.Run(server.Input.CancelPendingRead);
            try
            {
                var result = await read.WaitAsync(HangGuard);
                foreach (var segment in result.Buffer)
                {
                    Assert.Equal(-1, TestBytes.FirstDifference(segment.Span, position));
                    position += segment.Length;
                }

                server.Input.AdvanceTo(result.Buffer.End);
            }
            catch (OperationCanceledException)
            {
                // The bytes come with a later read.
            }

            await cancel;
        }

        Assert.Equal(Total, position);
        await write.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_read_with_a_cancelled_token_is_cancelled()
    {
        var (client, server) = await ConnectAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => server.Input.ReadAsync(new CancellationToken(true)).AsTask().WaitAsync(HangGuard));

        await client.Output.WriteAsync(TestBytes.Make(10));
        await server.Input.ReadTestBytesAsync(10).WaitAsync(HangGuard);
    }

    [Fact]
    public async Task TryRead_gives_nothing_before_anything_arrived()
    {
        var (_, server) = await ConnectAsync();
        Assert.False(server.Input.TryRead(out _));
    }
}
