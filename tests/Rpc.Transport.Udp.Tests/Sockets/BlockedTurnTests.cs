using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rpc.Transport.Conformance;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Sockets;

/// <summary>What runs where datagrams are received may block.</summary>
public sealed class BlockedTurnTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_blocks_in_its_turn_does_not_hold_up_the_others(bool plain)
    {
        var transport = new TransportCollection().ListenUdp(IPAddress.Loopback, 0, options => (options.AllowInsecure, options.UsePollThreads) = (true, !plain)).Single;
        await using var listener = await transport.ListenAsync(new ListenContext(TimeProvider.System, NullLoggerFactory.Instance), CancellationToken.None);
        var (firstClient, first) = await ConnectAsync(listener, plain);
        var (secondClient, second) = await ConnectAsync(listener, plain);
        await using var closing = new Closing(firstClient, first, secondClient, second);
        using var release = new ManualResetEventSlim();
        var isBlocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var received = ReceiveAsync();

        Send(firstClient, [1]);
        await isBlocked.Task;
        for (byte i = 0; i < 10; i++)
        {
            Send(secondClient, [i]);
            Assert.True(await second.WaitToReceiveAsync(CancellationToken.None));
            Assert.True(second.TryReceive(out var message));
            Assert.Equal([i], message.ToArray());
            Send(firstClient, [i]);
        }

        release.Set();
        Assert.Equal([1], await received);
        for (byte i = 0; i < 10; i++)
        {
            Assert.True(await first.WaitToReceiveAsync(CancellationToken.None));
            Assert.True(first.TryReceive(out var message));
            Assert.Equal([i], message.ToArray());
        }

        async Task<byte[]> ReceiveAsync()
        {
            await first.WaitToReceiveAsync(CancellationToken.None).ConfigureAwait(false);
            isBlocked.SetResult();
            release.Wait(CancellationToken.None);
            Assert.True(first.TryReceive(out var message));
            return message.ToArray();
        }
    }

    private static void Send(MessageTransportConnection connection, byte[] message)
    {
        Assert.True(connection.TrySend(message, new MessageOptions(RpcDelivery.Ordered)));
        connection.Flush();
    }

    private static async Task<(MessageTransportConnection Client, MessageTransportConnection Server)> ConnectAsync(IRpcListener listener, bool plain)
    {
        var transport = new UdpClientTransport(new UdpClientOptions { AllowInsecure = true, UsePollThreads = !plain });
        var accept = listener.AcceptAsync(CancellationToken.None).AsTask();
        var client = (MessageTransportConnection)await transport.ConnectAsync(listener.Address, CancellationToken.None);
        return (client, (MessageTransportConnection)(await accept)!);
    }

    private sealed class Closing(params MessageTransportConnection[] connections) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
