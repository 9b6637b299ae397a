using System.Net;
using System.Net.Sockets;
using Rpc.Transport.Conformance;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Tcp.Tests;

public sealed class TcpTests : TransportConformance<StreamTransportConnection>
{
    protected override IRpcClientTransport CreateClientTransport() => new TcpClientTransport();

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => Listen(IPAddress.Loopback);

    [Theory]
    [InlineData("tcp://localhost")]
    [InlineData("tcps://localhost")]
    [InlineData("tcp://:7000")]
    [InlineData("unix://host/path")]
    [InlineData("unix:///")]
    public async Task An_address_that_lacks_what_is_needed_is_an_argument_error(string address)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            await Assert.ThrowsAsync<ArgumentException>(() => CreateClientTransport().ConnectAsync(uri, default).AsTask().WaitAsync(HangGuard));
        }
    }

    [Fact]
    public async Task A_host_is_found_by_its_name()
    {
        var listener = await ListenAsync();
        var accept = listener.AcceptAsync(default).AsTask();
        Own(await CreateClientTransport().ConnectAsync(new Uri($"tcp://localhost:{listener.Address.Port}"), default).AsTask().WaitAsync(HangGuard));
        Own(await accept.WaitAsync(HangGuard));
    }

    [Fact]
    public async Task A_host_without_address_is_a_typed_error()
    {
        var exception = await Assert.ThrowsAsync<TransportException>(
            () => CreateClientTransport().ConnectAsync(new Uri("tcp://no-such-host.invalid:7000"), default).AsTask().WaitAsync(HangGuard));
        Assert.Equal(TransportError.HostNotFound, exception.Error);
    }

    [Fact]
    public async Task The_two_sides_agree_on_their_end_points()
    {
        var listener = await ListenAsync();
        var (client, server) = await ConnectAsync(listener);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, listener.Address.Port), client.RemoteEndPoint);
        Assert.Equal(client.LocalEndPoint, server.RemoteEndPoint);
        Assert.Equal(client.RemoteEndPoint, server.LocalEndPoint);
    }

    [Fact]
    public async Task A_listener_on_every_interface_reports_an_address_that_can_be_connected_to()
    {
        var listener = await Listen(IPAddress.Any).ListenAsync(Context, default);
        await ConnectAsync(listener);
        await listener.DisposeAsync();
    }

    [Fact]
    public async Task A_dual_stack_listener_takes_IPv4_clients_and_shows_their_addresses_as_such()
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        var listener = await Listen(IPAddress.IPv6Any).ListenAsync(Context, default);
        await ConnectAsync(listener);
        var accept = listener.AcceptAsync(default).AsTask();
        Own(await CreateClientTransport().ConnectAsync(new Uri($"tcp://127.0.0.1:{listener.Address.Port}"), default).AsTask().WaitAsync(HangGuard));
        var server = Own(await accept.WaitAsync(HangGuard));

        Assert.Equal(IPAddress.Loopback, Assert.IsType<IPEndPoint>(server.RemoteEndPoint).Address);
        await listener.DisposeAsync();
    }

    [Fact]
    public async Task An_address_of_another_machine_cannot_be_bound()
    {
        await Assert.ThrowsAsync<TransportException>(
            () => Listen(IPAddress.Parse("192.0.2.1")).ListenAsync(Context, default).AsTask().WaitAsync(HangGuard));
    }

    [Fact]
    public async Task A_round_trip_allocates_nothing()
    {
        var (client, server) = await ConnectAsync();
        const int Warmup = 2_000;
        const int Measured = 10_000;
        const int Windows = 5;
        var echo = EchoAsync(server, Warmup + (Windows * Measured));
        var message = new byte[16];
        await PingAsync(client, message, Warmup).WaitAsync(HangGuard);

        // What the rest of the process allocates (the pool's threads, the compiler's tiers) comes and goes; what a round trip allocates is in every window.
        var least = long.MaxValue;
        for (var i = 0; i < Windows; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await PingAsync(client, message, Measured).WaitAsync(HangGuard);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.InRange(least, 0, Measured * 4);
        await echo.WaitAsync(HangGuard);

        // No asynchronous method within the loops: without optimization each call of one allocates.
        static async Task PingAsync(StreamTransportConnection connection, byte[] message, int count)
        {
            for (var i = 0; i < count; i++)
            {
                await connection.Output.WriteAsync(message);
                for (var left = message.Length; left > 0;)
                {
                    var result = await connection.Input.ReadAsync();
                    left -= (int)result.Buffer.Length;
                    connection.Input.AdvanceTo(result.Buffer.End);
                }
            }
        }

        static async Task EchoAsync(StreamTransportConnection connection, int count)
        {
            var answer = new byte[16];
            for (var i = 0; i < count; i++)
            {
                for (var left = answer.Length; left > 0;)
                {
                    var result = await connection.Input.ReadAsync();
                    left -= (int)result.Buffer.Length;
                    connection.Input.AdvanceTo(result.Buffer.End);
                }

                await connection.Output.WriteAsync(answer);
            }
        }
    }

    [Fact]
    public async Task Complete_delivers_what_was_not_flushed()
    {
        var (client, server) = await ConnectAsync();
        TestBytes.Fill(client.Output.GetSpan(1000)[..1000], 0);
        client.Output.Advance(1000);
        client.Output.Complete();

        Assert.Equal(1000, await server.Input.ReadTestBytesToEndAsync().WaitAsync(HangGuard));
    }

    [Fact]
    public async Task Disposal_does_not_wait_for_a_peer_that_does_not_read_the_end()
    {
        var (client, _) = await ConnectAsync();
        var rest = client.Output.GetMemory(64 * 1024 * 1024);
        client.Output.Advance(rest.Length);
        var end = client.Output.CompleteAsync().AsTask();
        Assert.False(end.IsCompleted);

        await DisposeNowAsync(client);
        await Assert.ThrowsAsync<TransportException>(() => end.WaitAsync(HangGuard));
    }

    [Fact]
    public async Task A_cancelled_flush_is_reported_once_by_a_result()
    {
        var (client, server) = await ConnectAsync();
        client.Output.CancelPendingFlush();
        Assert.True((await client.Output.WriteAsync(TestBytes.Make(10)).AsTask().WaitAsync(HangGuard)).IsCanceled);
        Assert.False((await client.Output.WriteAsync(TestBytes.Make(10, 10)).AsTask().WaitAsync(HangGuard)).IsCanceled);
        await server.Input.ReadTestBytesAsync(20).WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_graceful_close_delivers_everything_although_the_peer_sent_what_was_never_read()
    {
        for (var i = 0; i < 20; i++)
        {
            var (client, server) = await ConnectAsync();
            await server.Output.WriteTestBytesAsync(5_000).WaitAsync(HangGuard);
            await client.Output.WriteTestBytesAsync(100_000).WaitAsync(HangGuard);
            await client.Input.ReadAsync().AsTask().WaitAsync(HangGuard);
            await client.Output.CompleteAsync().AsTask().WaitAsync(HangGuard);
            await DisposeNowAsync(client);

            Assert.Equal(100_000, await server.Input.ReadTestBytesToEndAsync().WaitAsync(HangGuard));
        }
    }

    private static IRpcServerTransport Listen(IPAddress address) => new TransportCollection().ListenTcp(address, 0).Single;
}
