using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class MessageTransportConformance
{
    [Fact]
    public async Task Close_delivers_every_reliable_message_then_the_end()
    {
        var (client, server) = await ConnectAsync();
        for (var i = 0; i < 200; i++)
        {
            await SendAsync(client, Numbered(i, 300), new MessageOptions(i % 2 == 0 ? RpcDelivery.Reliable : RpcDelivery.Ordered));
        }

        var close = client.CloseAsync(default).AsTask();
        var seen = new HashSet<int>();
        while (await ReceiveAsync(server).WaitAsync(HangGuard) is { } message)
        {
            Assert.True(seen.Add(GetNumber(message)));
        }

        Assert.Equal(200, seen.Count);
        await close.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Both_sides_may_close_at_the_same_moment()
    {
        for (var i = 0; i < 10; i++)
        {
            var (client, server) = await ConnectAsync();
            await Task.WhenAll(CloseAsync(client), CloseAsync(server)).WaitAsync(HangGuard);
        }

        static async Task CloseAsync(MessageTransportConnection connection)
        {
            await SendAsync(connection, Numbered(1, 100), new MessageOptions(RpcDelivery.Reliable));
            var close = connection.CloseAsync(default);
            Assert.Equal(1, GetNumber(await ReceiveAsync(connection)));
            Assert.Null(await ReceiveAsync(connection));
            await close;
        }
    }

    [Fact]
    public async Task Abort_ends_the_waits_of_this_side()
    {
        var (client, _) = await ConnectAsync();
        var receive = client.WaitToReceiveAsync(default).AsTask();
        client.Abort();

        await AssertEndsAsync(receive);
        var exception = Assert.Throws<TransportException>(() => client.TrySend(new byte[4], new MessageOptions(RpcDelivery.Reliable)));
        Assert.Equal(TransportError.ConnectionAborted, exception.Error);
        client.Flush();
        client.Abort();
    }

    [Fact]
    public async Task Abort_ends_the_waits_of_the_peer()
    {
        if (!PeerSeesCut)
        {
            return;
        }

        var (client, server) = await ConnectAsync();
        var receive = server.WaitToReceiveAsync(default).AsTask();
        client.Abort();

        await AssertEndsAsync(receive);
    }

    [Fact]
    public async Task A_full_queue_refuses_reliable_messages_until_the_peer_receives()
    {
        var (client, server) = await ConnectAsync();
        var message = new byte[client.MaxMessageSize];
        var sent = 0;
        while (client.TrySend(message, new MessageOptions(RpcDelivery.Reliable)))
        {
            client.Flush();
            Assert.InRange(++sent, 1, MostQueued);
        }

        // Unreliable ones are dropped rather than refused.
        Assert.True(client.TrySend(new byte[4], new MessageOptions(RpcDelivery.Unreliable)));

        client.Flush();
        var wait = client.WaitToSendAsync(default).AsTask();
        for (var i = 0; !wait.IsCompleted && i < sent;)
        {
            var length = (await ReceiveAsync(server).WaitAsync(HangGuard))!.Length;
            i += length == message.Length ? 1 : 0;
        }

        await wait.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task A_wait_for_room_ends_when_the_connection_is_cut_or_the_token_cancelled()
    {
        var (client, _) = await ConnectAsync();
        var message = new byte[client.MaxMessageSize];
        for (var sent = 0; client.TrySend(message, new MessageOptions(RpcDelivery.Reliable));)
        {
            Assert.InRange(++sent, 1, MostQueued);
        }

        using var cancellation = new CancellationTokenSource();
        var cancelled = client.WaitToSendAsync(cancellation.Token).AsTask();
        cancellation.Cancel();
        try
        {
            await cancelled.WaitAsync(HangGuard);
        }
        catch (OperationCanceledException)
        {
            // Unless room was made meanwhile, which a transport that sends in the background may do.
        }

        client.Abort();
        await Assert.ThrowsAsync<TransportException>(async () =>
        {
            while (true)
            {
                await client.WaitToSendAsync(default).AsTask().WaitAsync(HangGuard);
                client.TrySend(message, new MessageOptions(RpcDelivery.Reliable));
            }
        });
    }

    [Fact]
    public async Task Cancelling_its_token_ends_a_wait_for_a_message_and_loses_nothing()
    {
        var (client, server) = await ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var receive = server.WaitToReceiveAsync(cancellation.Token).AsTask();
            cancellation.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receive.WaitAsync(HangGuard));

            await SendAsync(client, Numbered(i, 50), new MessageOptions(RpcDelivery.Reliable));
            client.Flush();
            Assert.Equal(i, GetNumber(await ReceiveAsync(server).WaitAsync(HangGuard)));
        }
    }

    [Fact]
    public async Task TryReceive_gives_nothing_before_anything_arrived()
    {
        var (_, server) = await ConnectAsync();
        Assert.False(server.TryReceive(out _));
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

    private static async Task AssertEndsAsync(Task<bool> receive)
    {
        try
        {
            Assert.False(await receive.WaitAsync(HangGuard));
        }
        catch (TransportException exception)
        {
            Assert.True(exception.Error is TransportError.ConnectionAborted or TransportError.ConnectionReset, $"{exception.Error}");
        }
    }
}
