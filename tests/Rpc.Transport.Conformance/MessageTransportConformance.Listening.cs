using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class MessageTransportConformance
{
    [Fact]
    public async Task The_listener_reports_an_address_of_the_transports_scheme()
    {
        var (listener, transport) = (await ListenAsync(), CreateClientTransport());
        var (client, server) = await ConnectAsync(listener);

        Assert.Contains(listener.Address.Scheme, transport.Schemes);
        Assert.Equal((listener.Address.Scheme, listener.Address.Scheme), (client.Scheme, server.Scheme));
    }

    [Fact]
    public async Task Connecting_where_nobody_listens_is_a_typed_error()
    {
        // A transport that has only silence to go by is given its connect timeout by the token.
        var address = await GetAbandonedAddressAsync();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await CreateClientTransport().ConnectAsync(address, timeout.Token).AsTask().WaitAsync(HangGuard);
            Assert.Fail("There is nobody to connect to.");
        }
        catch (TransportException exception)
        {
            Assert.True(exception.Error is TransportError.ConnectionRefused or TransportError.TimedOut, $"{exception.Error}");
        }
        catch (OperationCanceledException)
        {
            Assert.True(timeout.IsCancellationRequested);
        }
    }

    [Fact]
    public async Task Connecting_with_a_cancelled_token_is_cancelled()
    {
        var listener = await ListenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => CreateClientTransport().ConnectAsync(listener.Address, new CancellationToken(true)).AsTask().WaitAsync(HangGuard));
    }

    [Fact]
    public async Task Disposing_the_listener_ends_a_waiting_accept_with_null_and_frees_its_address()
    {
        var listener = await ListenAsync();
        var accept = listener.AcceptAsync(default).AsTask();
        await listener.DisposeAsync().AsTask().WaitAsync(HangGuard);

        Assert.Null(await accept.WaitAsync(HangGuard));
        Assert.Null(await listener.AcceptAsync(default).AsTask().WaitAsync(HangGuard));
        await listener.DisposeAsync().AsTask().WaitAsync(HangGuard);
        await ConnectAsync(await ListenAsync(listener.Address));
    }

    [Fact]
    public async Task A_cancelled_accept_loses_no_connection()
    {
        var listener = await ListenAsync();
        using var cancellation = new CancellationTokenSource();
        var accept = listener.AcceptAsync(cancellation.Token).AsTask();
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accept.WaitAsync(HangGuard));

        await ConnectAsync(listener);
    }

    [Fact]
    public async Task Many_connections_at_once_keep_their_messages_apart()
    {
        var listener = await ListenAsync();
        var pairs = new List<(MessageTransportConnection Client, MessageTransportConnection Server)>();
        for (var i = 0; i < 20; i++)
        {
            pairs.Add(await ConnectAsync(listener));
        }

        await Task.WhenAll(pairs.Select((pair, i) => Task.Run(async () =>
        {
            for (var j = 0; j < 50; j++)
            {
                await SendAsync(pair.Client, Numbered((i * 1000) + j, 60), new MessageOptions(RpcDelivery.Ordered));
                pair.Client.Flush();
                Assert.Equal((i * 1000) + j, GetNumber(await ReceiveAsync(pair.Server)));
            }
        }))).WaitAsync(HangGuard);
    }
}
