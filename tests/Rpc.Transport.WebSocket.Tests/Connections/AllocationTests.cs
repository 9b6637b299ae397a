using System.IO.Pipelines;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Connections;

public sealed class AllocationTests : ListenerTest
{
    private const int MessageSize = 16;

    [Fact]
    [Trait("Needs", "net8.0")]
    public async Task A_message_there_and_back_allocates_nothing()
    {
        const int Count = 5000;
        var listener = await ListenAsync();
        var connect = new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false }).ConnectAsync(listener.Address, default);
        var server = await AcceptAsync(listener);
        var client = (StreamTransportConnection)Own(await connect.AsTask().WaitAsync(TestTimeouts.HangGuard));
        // On the pool: the test's synchronization context allocates for each continuation.
        var echo = Task.Run(() => EchoAsync(server, 3 * Count));
        await Task.Run(() => PingAsync(client, 2 * Count)).WaitAsync(TestTimeouts.HangGuard);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Task.Run(() => PingAsync(client, Count)).WaitAsync(TestTimeouts.HangGuard);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        // Less than an object each; what remains is the test runner's.
        Assert.InRange(allocated / Count, 0, 20);
        await echo.WaitAsync(TestTimeouts.HangGuard);
    }

    // Loops within one method each: the state machine of an async method is itself an object in a debug build.
    private static async Task PingAsync(StreamTransportConnection client, int count)
    {
        var message = new byte[MessageSize];
        for (var i = 0; i < count; i++)
        {
            await client.Output.WriteAsync(message);
            while (!TryTake(client, await client.Input.ReadAsync()))
            {
            }
        }
    }

    private static async Task EchoAsync(StreamTransportConnection server, int count)
    {
        var message = new byte[MessageSize];
        for (var i = 0; i < count; i++)
        {
            while (!TryTake(server, await server.Input.ReadAsync()))
            {
            }

            await server.Output.WriteAsync(message);
        }
    }

    private static bool TryTake(StreamTransportConnection connection, ReadResult result)
    {
        var isWhole = result.Buffer.Length >= MessageSize;
        connection.Input.AdvanceTo(isWhole ? result.Buffer.GetPosition(MessageSize) : result.Buffer.Start, isWhole ? result.Buffer.GetPosition(MessageSize) : result.Buffer.End);
        return isWhole;
    }
}
