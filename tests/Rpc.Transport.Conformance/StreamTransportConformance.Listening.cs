using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class StreamTransportConformance
{
    [Fact]
    public async Task The_listener_reports_an_address_of_the_transports_scheme()
    {
        var (listener, transport) = (await ListenAsync(), CreateClientTransport());
        var (client, server) = await ConnectAsync(listener);

        Assert.Contains(listener.Address.Scheme, transport.Schemes);
        Assert.Equal(listener.Address.Scheme, client.Scheme);
        Assert.Equal(listener.Address.Scheme, server.Scheme);
        Assert.Equal((IsEncrypted, IsEncrypted), (client.IsEncrypted, server.IsEncrypted));
    }

    [Fact]
    public async Task Connecting_where_nobody_listens_is_refused()
    {
        var address = await GetAbandonedAddressAsync();
        var exception = await Assert.ThrowsAsync<TransportException>(
            () => CreateClientTransport().ConnectAsync(address, default).AsTask().WaitAsync(HangGuard));
        Assert.Equal(TransportError.ConnectionRefused, exception.Error);
    }

    [Fact]
    public async Task Connecting_with_a_cancelled_token_is_cancelled()
    {
        var listener = await ListenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => CreateClientTransport().ConnectAsync(listener.Address, new CancellationToken(true)).AsTask().WaitAsync(HangGuard));
    }

    [Fact]
    public async Task Disposing_the_listener_ends_a_waiting_accept_with_null()
    {
        var listener = await ListenAsync();
        var accept = listener.AcceptAsync(default).AsTask();
        await listener.DisposeAsync().AsTask().WaitAsync(HangGuard);

        Assert.Null(await accept.WaitAsync(HangGuard));
        Assert.Null(await listener.AcceptAsync(default).AsTask().WaitAsync(HangGuard));
        await listener.DisposeAsync().AsTask().WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Disposing_the_listener_leaves_its_connections_alone()
    {
        var listener = await ListenAsync();
        var (client, server) = await ConnectAsync(listener);
        await listener.DisposeAsync().AsTask().WaitAsync(HangGuard);

        await client.Output.WriteAsync(TestBytes.Make(10));
        await server.Input.ReadTestBytesAsync(10).WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Disposing_the_listener_frees_its_address()
    {
        var first = await ListenAsync();
        await first.DisposeAsync();
        var second = await ListenAsync(first.Address);

        Assert.Equal(first.Address, second.Address);
        await ConnectAsync(second);
    }

    [Fact]
    public async Task An_address_in_use_is_a_typed_error()
    {
        var first = await ListenAsync();
        var exception = await Assert.ThrowsAsync<TransportException>(() => ListenAsync(first.Address));

        Assert.Equal(TransportError.AddressInUse, exception.Error);
        await ConnectAsync(first);
    }

    [Fact]
    public async Task A_cancelled_accept_loses_no_connection()
    {
        var listener = await ListenAsync();
        for (var i = 0; i < 3; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var accept = listener.AcceptAsync(cancellation.Token).AsTask();
            cancellation.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accept.WaitAsync(HangGuard));

            var (client, server) = await ConnectAsync(listener);
            await client.Output.WriteAsync(TestBytes.Make(10));
            await server.Input.ReadTestBytesAsync(10).WaitAsync(HangGuard);
        }
    }

    [Fact]
    public async Task A_connection_cut_before_it_was_accepted_does_not_stop_the_listener()
    {
        var listener = await ListenAsync();
        var accept = listener.AcceptAsync(default).AsTask();
        for (var i = 0; i < 5; i++)
        {
            var lost = await CreateClientTransport().ConnectAsync(listener.Address, default).AsTask().WaitAsync(HangGuard);
            lost.Abort();
            await lost.DisposeAsync();
        }

        var client = Assert.IsAssignableFrom<StreamTransportConnection>(
            Own(await CreateClientTransport().ConnectAsync(listener.Address, default).AsTask().WaitAsync(HangGuard)));
        await client.Output.WriteAsync(TestBytes.Make(10));

        // The lost ones may or may not be handed out; the living one is.
        while (true)
        {
            var server = Own(await accept.WaitAsync(HangGuard));
            accept = listener.AcceptAsync(default).AsTask();
            try
            {
                var result = await server.Input.ReadAtLeastAsync(10).AsTask().WaitAsync(HangGuard);
                if (result.Buffer.Length == 10)
                {
                    return;
                }
            }
            catch (TransportException)
            {
                // One of the lost ones.
            }
        }
    }
}
