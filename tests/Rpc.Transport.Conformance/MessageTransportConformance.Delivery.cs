using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

public abstract partial class MessageTransportConformance
{
    [Fact]
    public async Task Reliable_messages_arrive_exactly_once_both_ways_at_once()
    {
        var (client, server) = await ConnectAsync();
        await Task.WhenAll(
            SendAllAsync(client, 1), SendAllAsync(server, 2), ReceiveAllAsync(client), ReceiveAllAsync(server)).WaitAsync(HangGuard);

        static async Task SendAllAsync(MessageTransportConnection connection, int seed)
        {
            var random = new Random(seed);
            for (var i = 0; i < 500; i++)
            {
                var length = random.Next(8) == 0 ? random.Next(4, connection.MaxMessageSize + 1) : random.Next(4, 400);
                await SendAsync(connection, Numbered(i, length), new MessageOptions(RpcDelivery.Reliable));
                if (i % 7 == 0)
                {
                    connection.Flush();
                }
            }

            connection.Flush();
        }

        static async Task ReceiveAllAsync(MessageTransportConnection connection)
        {
            var seen = new HashSet<int>();
            while (seen.Count < 500)
            {
                Assert.True(seen.Add(GetNumber(await ReceiveAsync(connection))));
            }
        }
    }

    [Theory]
    [InlineData(RpcDelivery.Reliable)]
    [InlineData(RpcDelivery.Ordered)]
    public async Task A_message_of_the_greatest_size_arrives_whole(RpcDelivery delivery)
    {
        var (client, server) = await ConnectAsync();
        Assert.InRange(client.MaxUnreliableMessageSize, 1, client.MaxMessageSize);
        var message = TestBytes.Make(client.MaxMessageSize);
        await SendAsync(client, message, new MessageOptions(delivery));
        client.Flush();

        Assert.Equal(message, await ReceiveAsync(server).WaitAsync(HangGuard));
    }

    [Fact]
    public async Task Ordered_messages_arrive_in_order_within_their_lane()
    {
        var (client, server) = await ConnectAsync();
        var send = Task.Run(async () =>
        {
            for (var i = 0; i < 900; i++)
            {
                await SendAsync(client, Numbered(i, 4 + (i % 300)), new MessageOptions(RpcDelivery.Ordered, Lane: (uint)(i % 3)));
                client.Flush();
            }
        });

        var next = new[] { 0, 1, 2 };
        for (var i = 0; i < 900; i++)
        {
            var number = GetNumber(await ReceiveAsync(server).WaitAsync(HangGuard));
            Assert.Equal(next[number % 3], number);
            next[number % 3] += 3;
        }

        await send.WaitAsync(HangGuard);
    }

    [Fact]
    public async Task Sequenced_messages_never_arrive_after_a_newer_one_of_their_lane()
    {
        var (client, server) = await ConnectAsync();
        for (var i = 0; i < 900; i++)
        {
            client.TrySend(Numbered(i, 20), new MessageOptions(RpcDelivery.Sequenced, Lane: (uint)(i % 3)));
            client.Flush();
        }

        var newest = new[] { -1, -1, -1 };
        await foreach (var number in ReceiveUntilMarkAsync(client, server))
        {
            Assert.InRange(number, newest[number % 3] + 1, int.MaxValue);
            newest[number % 3] = number;
        }
    }

    [Fact]
    public async Task Unreliable_messages_arrive_whole_and_at_most_once_and_some_do()
    {
        var (client, server) = await ConnectAsync();
        for (var i = 0; i < 300; i++)
        {
            client.TrySend(Numbered(i, i % 2 == 0 ? client.MaxUnreliableMessageSize : 10), new MessageOptions(RpcDelivery.Unreliable));
            client.Flush();
        }

        var seen = new HashSet<int>();
        await foreach (var number in ReceiveUntilMarkAsync(client, server))
        {
            Assert.True(seen.Add(number));
        }

        Assert.NotEmpty(seen);
    }

    [Fact]
    public async Task A_redundant_message_arrives_once()
    {
        var (client, server) = await ConnectAsync();
        for (var i = 0; i < 50; i++)
        {
            await SendAsync(client, Numbered(i, 100), new MessageOptions(RpcDelivery.Reliable, Redundant: true));
            client.Flush();
        }

        var seen = new HashSet<int>();
        while (seen.Count < 50)
        {
            Assert.True(seen.Add(GetNumber(await ReceiveAsync(server).WaitAsync(HangGuard))));
        }
    }

    [Fact]
    public async Task The_memory_of_a_message_may_be_reused_when_TrySend_has_returned()
    {
        var (client, server) = await ConnectAsync();
        var buffer = new byte[64];
        for (var i = 0; i < 100; i++)
        {
            Numbered(i, 64).CopyTo(buffer, 0);
            await SendAsync(client, buffer, new MessageOptions(RpcDelivery.Reliable));
            buffer.AsSpan().Fill(0xEE);
        }

        client.Flush();
        var sum = 0;
        for (var i = 0; i < 100; i++)
        {
            sum += GetNumber(await ReceiveAsync(server).WaitAsync(HangGuard));
        }

        Assert.Equal(99 * 100 / 2, sum);
    }

    [Fact]
    public async Task Several_threads_may_send_at_once()
    {
        var (client, server) = await ConnectAsync();
        var senders = Enumerable.Range(0, 4).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < 250; i++)
            {
                await SendAsync(client, Numbered((thread * 250) + i, 40), new MessageOptions(RpcDelivery.Reliable));
                client.Flush();
            }
        })).ToArray();

        var seen = new HashSet<int>();
        while (seen.Count < 1000)
        {
            Assert.True(seen.Add(GetNumber(await ReceiveAsync(server).WaitAsync(HangGuard))));
        }

        await Task.WhenAll(senders).WaitAsync(HangGuard);
    }

    // What arrives before the sender has closed; reliable messages make up for the lost ones.
    private static async IAsyncEnumerable<int> ReceiveUntilMarkAsync(MessageTransportConnection client, MessageTransportConnection server)
    {
        var close = client.CloseAsync(default).AsTask();
        while (await ReceiveAsync(server).WaitAsync(HangGuard) is { } message)
        {
            yield return GetNumber(message);
        }

        await close.WaitAsync(HangGuard);
    }
}
