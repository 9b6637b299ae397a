using System.Net;
using System.Net.Sockets;
using System.Text;
using Rpc.Transport.Tcp.Polling;
using Xunit;

#pragma warning disable CA2012 // These tests look at an operation before they await it, once.

namespace Rpc.Transport.Tcp.Tests.Polling;

/// <summary>Sockets that threads of our own wait for, where the system has what that takes: these tests run on Linux.</summary>
public sealed class PolledSocketTests
{
    private static readonly TimeSpan s_hangGuard = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Bytes_come_in_order_whatever_the_size_of_a_receive()
    {
        using var pair = await Pair.ConnectAsync();
        var sent = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20_000)));
        var sending = SendAllAsync(pair.Client, sent);

        var received = new MemoryStream();
        var buffer = new byte[1000];
        while (received.Length < sent.Length)
        {
            var count = pair.Server.TryReceive(buffer);
            if (count < 0)
            {
                await pair.Server.WaitToReceiveAsync().AsTask().WaitAsync(s_hangGuard);
                continue;
            }

            received.Write(buffer, 0, count);
        }

        await sending.WaitAsync(s_hangGuard);
        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task The_end_of_the_stream_is_seen_behind_the_last_bytes()
    {
        using var pair = await Pair.ConnectAsync();
        await pair.Client.SendAsync(new byte[10]);
        pair.Client.Socket.Shutdown(SocketShutdown.Send);

        // By now one event may have told of both.
        var buffer = new byte[100];
        var total = 0;
        while (true)
        {
            var count = pair.Server.TryReceive(buffer);
            if (count == 0)
            {
                break;
            }

            if (count > 0)
            {
                total += count;
                continue;
            }

            await pair.Server.WaitToReceiveAsync().AsTask().WaitAsync(s_hangGuard);
        }

        Assert.Equal(10, total);
    }

    [Fact]
    public async Task A_write_that_waits_goes_on_when_there_is_room()
    {
        using var pair = await Pair.ConnectAsync();
        var bytes = new byte[16 * 1024 * 1024];
        var sending = SendAllAsync(pair.Client, bytes);
        Assert.False(sending.IsCompleted);

        var buffer = new byte[65536];
        var total = 0;
        while (total < bytes.Length)
        {
            var count = pair.Server.TryReceive(buffer);
            if (count < 0)
            {
                await pair.Server.WaitToReceiveAsync().AsTask().WaitAsync(s_hangGuard);
                continue;
            }

            total += count;
        }

        await sending.WaitAsync(s_hangGuard);
    }

    [Fact]
    public async Task Detaching_ends_a_wait()
    {
        using var pair = await Pair.ConnectAsync();
        Assert.Equal(-1, pair.Server.TryReceive(new byte[1]));
        var wait = pair.Server.WaitToReceiveAsync();
        Assert.False(wait.IsCompleted);

        pair.Server.Socket.Dispose();
        pair.Server.Detach();

        await wait.AsTask().WaitAsync(s_hangGuard);
        Assert.Throws<ObjectDisposedException>(() => pair.Server.TryReceive(new byte[1]));
    }

    [Fact]
    public async Task Code_that_blocks_a_poller_holds_up_no_other_socket()
    {
        // More than there can be pollers: some share one, whichever way they are dealt out.
        var count = (Environment.ProcessorCount * 2) + 1;
        var pairs = new List<Pair>();
        for (var i = 0; i < count; i++)
        {
            pairs.Add(await Pair.ConnectAsync());
        }

        using var lastRan = new ManualResetEventSlim();
        using var allBlock = new CountdownEvent(count - 1);
        using var allReturned = new CountdownEvent(count - 1);
        for (var i = 0; i < count; i++)
        {
            var isLast = i == count - 1;
            Assert.Equal(-1, pairs[i].Server.TryReceive(new byte[1]));
            pairs[i].Server.WaitToReceiveAsync().ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() =>
            {
                if (isLast)
                {
                    lastRan.Set();
                    return;
                }

                allBlock.Signal();
                lastRan.Wait(s_hangGuard);
                allReturned.Signal();
            });
        }

        for (var i = 0; i < count - 1; i++)
        {
            await pairs[i].Client.SendAsync(new byte[1]);
        }

        // Each of them blocks a thread by now, and has been deposed so that the next one could run.
        Assert.True(allBlock.Wait(s_hangGuard));
        await pairs[^1].Client.SendAsync(new byte[1]);
        Assert.True(lastRan.Wait(s_hangGuard));
        Assert.True(allReturned.Wait(s_hangGuard));
        pairs.ForEach(static pair => pair.Dispose());
    }

    [Fact]
    public async Task A_refused_connect_says_so()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        var exception = await Assert.ThrowsAsync<SocketException>(
            () => PolledSocket.ConnectAsync(socket, listener.LocalEndPoint!, 0, CancellationToken.None).WaitAsync(s_hangGuard));

        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
    }

    private static async Task SendAllAsync(PolledSocket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    private sealed class Pair(PolledSocket client, PolledSocket server) : IDisposable
    {
        public PolledSocket Client { get; } = client;

        public PolledSocket Server { get; } = server;

        public static async Task<Pair> ConnectAsync()
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            var accept = listener.AcceptAsync();
            var client = await PolledSocket.ConnectAsync(
                new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), listener.LocalEndPoint!, 0, CancellationToken.None);
            Assert.True(client.Socket.Connected);
            Assert.Equal(listener.LocalEndPoint, client.Socket.RemoteEndPoint);
            return new Pair(client, new PolledSocket(await accept, spinCount: 0));
        }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
