using System.Buffers;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class StreamTransportConformance
{
    [Fact]
    public async Task The_memory_of_a_write_may_be_reused_when_it_has_ended()
    {
        var (client, server) = await ConnectAsync();
        const int Chunks = 200;
        var read = server.Input.ReadTestBytesAsync(Chunks * 10_000L);
        var chunk = new byte[10_000];
        for (var i = 0; i < Chunks; i++)
        {
            TestBytes.Fill(chunk, i * 10_000L);
            await client.Output.WriteAsync(chunk).AsTask().WaitAsync(HangGuard);
            chunk.AsSpan().Fill(0xEE);
        }

        await read.WaitAsync(HangGuard);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(5_000)]
    [InlineData(300_000)]
    public async Task What_is_advanced_over_leaves_with_the_flush(int length)
    {
        var (client, server) = await ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            var memory = client.Output.GetMemory(length);
            Assert.True(memory.Length >= length);
            TestBytes.Fill(memory.Span[..length], 2L * i * length);
            client.Output.Advance(length);

            var span = client.Output.GetSpan(length);
            Assert.True(span.Length >= length);
            TestBytes.Fill(span[..length], ((2L * i) + 1) * length);
            client.Output.Advance(length);

            var flush = client.Output.FlushAsync();
            await server.Input.ReadTestBytesAsync(2L * length, 2L * i * length).WaitAsync(HangGuard);
            Assert.False((await flush.AsTask().WaitAsync(HangGuard)).IsCompleted);
        }
    }

    [Fact]
    public async Task What_is_advanced_over_leaves_before_a_later_write()
    {
        var (client, server) = await ConnectAsync();
        TestBytes.Fill(client.Output.GetSpan(10)[..10], 0);
        client.Output.Advance(10);
        await client.Output.WriteAsync(TestBytes.Make(90, 10));

        await server.Input.ReadTestBytesAsync(100).WaitAsync(HangGuard);
    }

    [Fact]
    public async Task An_empty_write_or_flush_sends_nothing_and_ends()
    {
        var (client, server) = await ConnectAsync();
        Assert.False((await client.Output.FlushAsync().AsTask().WaitAsync(HangGuard)).IsCompleted);
        Assert.False((await client.Output.WriteAsync(ReadOnlyMemory<byte>.Empty).AsTask().WaitAsync(HangGuard)).IsCompleted);
        await client.Output.WriteAsync(TestBytes.Make(3));

        Assert.Equal(TestBytes.Make(3), await server.Input.ReadExactlyAsync(3).WaitAsync(HangGuard));
    }

    [Fact]
    public async Task A_write_with_a_cancelled_token_is_cancelled()
    {
        var (client, _) = await ConnectAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.Output.WriteAsync(new byte[10], new CancellationToken(true)).AsTask().WaitAsync(HangGuard));
    }

    [Fact]
    public async Task Cancelling_its_token_ends_a_write_that_waits()
    {
        var (client, _) = await ConnectAsync();
        using var cancellation = new CancellationTokenSource();
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var write = Task.Run(async () =>
        {
            var chunk = new byte[65536];
            while (true)
            {
                var pending = client.Output.WriteAsync(chunk, cancellation.Token);
                if (!pending.IsCompleted)
                {
                    waits.TrySetResult();
                }

                await pending;
            }
        });
        await waits.Task.WaitAsync(HangGuard);

        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.WaitAsync(HangGuard));
    }

    [Fact]
    public async Task Writing_to_a_peer_that_is_gone_ends_with_one_typed_error()
    {
        var (client, server) = await ConnectAsync();
        await DisposeNowAsync(server);

        var error = await GetEndAsync(WriteUntilEndAsync(client.Output));
        Assert.True(error is null or TransportError.ConnectionReset, $"{error}");
    }

    [Fact]
    public async Task A_write_fails_again_after_it_failed()
    {
        var (client, _) = await ConnectAsync();
        client.Abort();
        for (var i = 0; i < 3; i++)
        {
            AssertCutHere(await GetEndAsync(WriteUntilEndAsync(client.Output)));
        }
    }
}
