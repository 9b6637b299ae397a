using System.Buffers;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class StreamTransportConformance
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Bytes_of_random_sizes_arrive_both_ways_at_once(int seed)
    {
        var (client, server) = await ConnectAsync();
        const int Total = 4 * 1024 * 1024;

        await Task.WhenAll(
            SendAsync(client.Output, new Random(seed)),
            SendAsync(server.Output, new Random(-seed)),
            server.Input.ReadTestBytesAsync(Total),
            client.Input.ReadTestBytesAsync(Total)).WaitAsync(HangGuard);

        static async Task SendAsync(System.IO.Pipelines.PipeWriter writer, Random random)
        {
            for (var position = 0; position < Total;)
            {
                var size = random.Next(4) == 0 ? random.Next(1, 200_000) : random.Next(1, 300);
                size = Math.Min(size, Total - position);
                await writer.WriteTestBytesAsync(size, size, position);
                position += size;
            }
        }
    }

    [Fact]
    public async Task A_large_write_arrives_whole()
    {
        var (client, server) = await ConnectAsync();
        var bytes = TestBytes.Make(32 * 1024 * 1024);

        var write = client.Output.WriteAsync(bytes).AsTask();
        await server.Input.ReadTestBytesAsync(bytes.Length).WaitAsync(HangGuard);
        Assert.False((await write.WaitAsync(HangGuard)).IsCompleted);
    }

    [Fact]
    public async Task Thousands_of_tiny_writes_arrive_in_order()
    {
        var (client, server) = await ConnectAsync();
        const int Total = 20_000;

        var read = server.Input.ReadTestBytesAsync(Total);
        for (var position = 0; position < Total;)
        {
            var size = Math.Min(1 + (position % 3), Total - position);
            await client.Output.WriteTestBytesAsync(size, size, position);
            position += size;
        }

        await read.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_small_message_goes_back_and_forth()
    {
        var (client, server) = await ConnectAsync();
        var echo = Task.Run(async () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await server.Output.WriteAsync(await server.Input.ReadExactlyAsync(16));
            }
        });

        for (var i = 0; i < 1000; i++)
        {
            var message = TestBytes.Make(16, i);
            await client.Output.WriteAsync(message);
            Assert.Equal(message, await client.Input.ReadExactlyAsync(16).WaitAsync(HangGuard));
        }

        await echo.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_makes_writes_wait_and_then_gets_everything()
    {
        var (client, server) = await ConnectAsync();
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        const int Chunk = 65536;
        const int Total = 2 * MostInFlight;
        long taken = 0;

        var write = Task.Run(async () =>
        {
            var chunk = new byte[Chunk];
            for (var position = 0; position < Total; position += Chunk)
            {
                TestBytes.Fill(chunk, position);
                var pending = client.Output.WriteAsync(chunk);
                if (!pending.IsCompleted)
                {
                    waits.TrySetResult();
                }

                await pending;
                Interlocked.Add(ref taken, Chunk);
            }
        });

        Assert.Same(waits.Task, await Task.WhenAny(waits.Task, write).WaitAsync(HangGuard));

        for (long position = 0; position < Total;)
        {
            Assert.InRange(Interlocked.Read(ref taken) - position, long.MinValue, MostInFlight);
            await server.Input.ReadTestBytesAsync(Chunk, position).WaitAsync(HangGuard);
            position += Chunk;
        }

        await write.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_stalled_direction_does_not_stall_the_other()
    {
        var (client, server) = await ConnectAsync();
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stalled = WriteUntilEndAsync(client.Output, waits);
        await waits.Task.WaitAsync(HangGuard);

        var read = client.Input.ReadTestBytesAsync(1024 * 1024);
        await server.Output.WriteTestBytesAsync(1024 * 1024).WaitAsync(HangGuard);
        await read.WaitAsync(HangGuard);

        client.Abort();
        AssertCutHere(await GetEndAsync(stalled));
    }

    [Fact]
    public async Task Many_connections_at_once_keep_their_bytes_apart()
    {
        var listener = await ListenAsync();
        const int Count = 64;
        const int Length = 40_000;
        var pairs = new List<(Transports.StreamTransportConnection Client, Transports.StreamTransportConnection Server)>();
        for (var i = 0; i < Count; i++)
        {
            pairs.Add(await ConnectAsync(listener));
        }

        await Task.WhenAll(pairs.SelectMany((pair, i) => new[]
        {
            pair.Client.Output.WriteTestBytesAsync(Length, 1777, i * 1000L),
            pair.Server.Output.WriteTestBytesAsync(Length, 4096, i * 2000L),
            pair.Server.Input.ReadTestBytesAsync(Length, i * 1000L),
            pair.Client.Input.ReadTestBytesAsync(Length, i * 2000L),
        })).WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Connections_made_at_the_same_moment_are_all_accepted()
    {
        var listener = await ListenAsync();
        var transport = CreateClientTransport();
        const int Count = 50;

        var accepts = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
            {
                var server = Own(await listener.AcceptAsync(default));
                await server.Output.WriteAsync(new byte[] { 42 });
            }
        });
        await Task.WhenAll(Enumerable.Range(0, Count).Select(async _ =>
        {
            var client = await Task.Run(() => transport.ConnectAsync(listener.Address, default).AsTask());
            Assert.Equal([42], await Assert.IsAssignableFrom<Transports.StreamTransportConnection>(client).Input.ReadExactlyAsync(1));
            await client.DisposeAsync();
        })).WaitAsync(HangGuard);
        await accepts.WaitAsync(HangGuard);
    }
}
