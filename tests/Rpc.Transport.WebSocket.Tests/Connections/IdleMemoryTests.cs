using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Connections;

public sealed class IdleMemoryTests : ListenerTest
{
    /// <summary>The server's side of a connection, and the raw socket of its client in the same process.</summary>
    private const int MaxBytes = 8 * 1024;

    [Fact]
    public async Task The_servers_side_of_an_idle_connection_holds_no_buffer()
    {
        const int Count = 400;
        var listener = await ListenAsync();

        // Masked with zeros. Many enough that what the array pool keeps for the process does not count.
        byte[] traffic = [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0x86, 0xA0, 0, 0, 0, 0, .. TestBytes.Make(100_000)];
        var reads = new List<Task>();
        await OpenIdleAsync(50);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await OpenIdleAsync(Count);
        var after = GC.GetTotalMemory(forceFullCollection: true);

        Assert.InRange((after - before) / Count, long.MinValue, MaxBytes);

        async Task OpenIdleAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var peer = await ConnectRawAsync(listener);
                await peer.UpgradeAsync();
                var server = await AcceptAsync(listener);
                var read = server.Input.ReadTestBytesAsync(100_000);
                await peer.SendAsync(traffic);
                await read.WaitAsync(TestTimeouts.HangGuard);

                // A socket remembers what it sent last.
                await peer.SendFrameAsync(0x82, [1], isMasked: true);
                await server.Input.ReadExactlyAsync(1).WaitAsync(TestTimeouts.HangGuard);
                reads.Add(ReadToEndAsync(server));
                Assert.False(reads[^1].IsCompleted);
            }
        }
    }

    private static async Task ReadToEndAsync(StreamTransportConnection connection)
    {
        try
        {
            await connection.Input.ReadAsync();
        }
        catch (TransportException)
        {
            // The end of the test.
        }
    }
}
