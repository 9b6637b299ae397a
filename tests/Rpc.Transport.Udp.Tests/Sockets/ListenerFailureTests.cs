using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Rpc.Transport.Udp.Internal;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Sockets;

public sealed class ListenerFailureTests
{
    [Fact]
    public async Task What_a_datagram_sets_off_does_not_end_the_listener()
    {
        var socket = new Idle();
        await using var listener = Listen(socket);

        Assert.True(socket.Handler!.OnFailure(new InvalidOperationException()));
        Assert.True(socket.Handler.OnFailure(new SocketException((int)SocketError.ConnectionReset)));

        Assert.False(listener.AcceptAsync(CancellationToken.None).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_socket_that_fails_again_and_again_ends_it()
    {
        var socket = new Idle();
        await using var listener = Listen(socket);

        while (socket.Handler!.OnFailure(new SocketException((int)SocketError.NetworkDown)))
        {
            Assert.False(socket.IsDisposed);
        }

        Assert.Null(await listener.AcceptAsync(CancellationToken.None));
    }

    private static UdpListener Listen(Idle socket) =>
        new(socket, new UdpListenOptions { AllowInsecure = true }, new ListenContext(TimeProvider.System, NullLoggerFactory.Instance));

    private sealed class Idle : IDatagramSocket
    {
        public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 7000);

        public Task Stopped => Task.CompletedTask;

        internal IDatagramHandler? Handler { get; private set; }

        internal bool IsDisposed { get; private set; }

        public void Start(IDatagramHandler handler) => Handler = handler;

        public void Send(ReadOnlySpan<byte> datagrams, int size, DatagramAddress? address)
        {
        }

        public void Dispose() => IsDisposed = true;
    }
}
