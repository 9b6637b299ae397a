using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class StreamTransportConformance
{
    [Fact]
    public async Task An_idle_connection_holds_next_to_no_memory()
    {
        const int Count = 100;
        var listener = await ListenAsync();
        var reads = new List<Task>();

        // One for all: it is not what is measured.
        var traffic = TestBytes.Make(100_000);

        // Warms up pools and code.
        await OpenIdleAsync(10);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await OpenIdleAsync(Count);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        var perSide = (after - before) / (2 * Count);
        Assert.InRange(perSide, long.MinValue, MaxIdleBytes);

        async Task OpenIdleAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                // Traffic of all sizes first: a buffer that it needed must not stay.
                var (client, server) = await ConnectAsync(listener);
                await Task.WhenAll(
                    client.Output.WriteAsync(traffic).AsTask(),
                    server.Output.WriteAsync(traffic).AsTask(),
                    client.Input.ReadTestBytesAsync(100_000),
                    server.Input.ReadTestBytesAsync(100_000)).WaitAsync(HangGuard);
                reads.Add(ReadQuietlyAsync(client));
                reads.Add(ReadQuietlyAsync(server));
            }
        }

        static async Task ReadQuietlyAsync(StreamTransportConnection connection)
        {
            try
            {
                await ReadUntilEndAsync(connection.Input);
            }
            catch (Exception exception) when (exception is TransportException or InvalidOperationException)
            {
                // The end of the test: the connection was cut, or its reader completed by the disposal right after a read had ended.
            }
        }
    }

    [Fact]
    public async Task Disposal_with_everything_pending_frees_the_connection()
    {
        var (client, server) = await ConnectAsync();
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var write = WriteUntilEndAsync(client.Output, waits);
        var read = ReadUntilEndAsync(client.Input);
        await waits.Task.WaitAsync(HangGuard);

        await DisposeNowAsync(server);
        client.Abort();
        await GetEndAsync(write);
        await GetEndAsync(read);
        await DisposeNowAsync(client);
    }

    [Fact]
    public async Task A_read_that_waits_ends_when_its_connection_is_disposed()
    {
        var (client, _) = await ConnectAsync();
        var read = ReadUntilEndAsync(client.Input);
        await DisposeNowAsync(client);

        AssertCutHere(await GetEndAsync(read));
    }
}
