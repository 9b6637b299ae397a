using System.Buffers;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class StreamTransportConformance
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(8_000_000)]
    public async Task Completing_the_output_delivers_everything_then_the_end(int length)
    {
        var (client, server) = await ConnectAsync();
        var read = server.Input.ReadTestBytesToEndAsync();
        await client.Output.WriteTestBytesAsync(length).WaitAsync(HangGuard);
        await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);

        Assert.Equal(length, await read.WaitAsync(HangGuard));
    }

    [Fact]
    public async Task Completing_the_output_delivers_what_was_not_flushed()
    {
        var (client, server) = await ConnectAsync();
        TestBytes.Fill(client.Output.GetSpan(1000)[..1000], 0);
        client.Output.Advance(1000);
        await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);

        Assert.Equal(1000, await server.Input.ReadTestBytesToEndAsync().WaitAsync(HangGuard));
    }

    [Fact]
    public async Task The_end_is_reported_again_and_again()
    {
        var (client, server) = await ConnectAsync();
        await client.Output.WriteAsync(TestBytes.Make(5));
        await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);
        await server.Input.ReadTestBytesToEndAsync().WaitAsync(HangGuard);

        for (var i = 0; i < 3; i++)
        {
            var result = await server.Input.ReadAsync().AsTask().WaitAsync(HangGuard);
            Assert.True(result.IsCompleted);
            Assert.True(result.Buffer.IsEmpty);
            server.Input.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public async Task What_was_not_consumed_before_the_end_stays_readable()
    {
        var (client, server) = await ConnectAsync();
        await client.Output.WriteAsync(TestBytes.Make(50));
        await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);

        while (true)
        {
            var result = await server.Input.ReadAsync().AsTask().WaitAsync(HangGuard);
            if (result.IsCompleted)
            {
                Assert.Equal(TestBytes.Make(50), result.Buffer.ToArray());
                server.Input.AdvanceTo(result.Buffer.End);
                return;
            }

            server.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    [Fact]
    public async Task A_graceful_close_followed_by_disposal_delivers_everything()
    {
        for (var i = 0; i < 10; i++)
        {
            var (client, server) = await ConnectAsync();
            await client.Output.WriteTestBytesAsync(100_000).WaitAsync(HangGuard);
            await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);
            await DisposeNowAsync(client);

            Assert.Equal(100_000, await server.Input.ReadTestBytesToEndAsync().WaitAsync(HangGuard));
        }
    }

    [Fact]
    public async Task A_side_that_ended_its_stream_goes_on_reading()
    {
        var (client, server) = await ConnectAsync();
        await client.Output.WriteAsync(TestBytes.Make(10));
        await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);
        Assert.Equal(10, await server.Input.ReadTestBytesToEndAsync().WaitAsync(HangGuard));

        var read = client.Input.ReadTestBytesToEndAsync();
        await server.Output.WriteTestBytesAsync(500_000).WaitAsync(HangGuard);
        await server.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);
        Assert.Equal(500_000, await read.WaitAsync(HangGuard));
    }

    [Fact]
    public async Task Both_sides_may_end_their_streams_at_the_same_moment()
    {
        for (var i = 0; i < 20; i++)
        {
            var (client, server) = await ConnectAsync();
            await Task.WhenAll(
                Task.Run(() => EndAsync(client)),
                Task.Run(() => EndAsync(server))).WaitAsync(HangGuard);
            await Task.WhenAll(Task.Run(() => DisposeNowAsync(client)), Task.Run(() => DisposeNowAsync(server)));
        }

        static async Task EndAsync(StreamTransportConnection connection)
        {
            await connection.Output.WriteTestBytesAsync(1000);
            await connection.Output.CompleteAsync();
            Assert.Equal(1000, await connection.Input.ReadTestBytesToEndAsync());
        }
    }

    [Fact]
    public async Task Completing_twice_is_completing_once()
    {
        var (client, server) = await ConnectAsync();
        await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);
        await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);
        client.Output.Complete();
        Assert.Equal(0, await server.Input.ReadTestBytesToEndAsync().WaitAsync(HangGuard));
        server.Input.Complete();
        server.Input.Complete();
    }

    [Fact]
    public async Task End_points_are_kept_after_the_connection_has_closed()
    {
        var (client, server) = await ConnectAsync();
        var before = (client.LocalEndPoint, client.RemoteEndPoint, server.LocalEndPoint, server.RemoteEndPoint);
        await DisposeNowAsync(client);
        await DisposeNowAsync(server);

        Assert.Equal(before, (client.LocalEndPoint, client.RemoteEndPoint, server.LocalEndPoint, server.RemoteEndPoint));
    }
}
