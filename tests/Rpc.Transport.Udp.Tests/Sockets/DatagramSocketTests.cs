using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Rpc.Transport.Udp.Internal;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Sockets;

/// <summary>Sockets of every kind with one another: joined and cut by the system, one by one on a poll thread, as the platform has them.</summary>
public sealed class DatagramSocketTests
{
    public enum Kind
    {
        Offload,
        Polled,
        Plain,
    }

    public static TheoryData<Kind, Kind> Pairs()
    {
        var pairs = new TheoryData<Kind, Kind>();
        foreach (var sender in Enum.GetValues<Kind>())
        {
            foreach (var receiver in Enum.GetValues<Kind>())
            {
                pairs.Add(sender, receiver);
            }
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Datagrams_sent_together_arrive_as_they_were(Kind from, Kind to)
    {
        var inbox = new Inbox();
        using var receiver = Bind(to, inbox);
        using var sender = Connect(from, receiver.LocalEndPoint, new Inbox());
        var sent = new byte[(20 * 1200) + 700];
        new Random(1).NextBytes(sent);

        sender.Send(sent, 1200, address: null);

        foreach (var expected in Datagrams.Cut(sent, 1200))
        {
            var (datagram, source) = await inbox.ReadAsync();
            Assert.Equal(expected, datagram);
            Assert.Equal(sender.LocalEndPoint.Port, source.Port);
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task The_answer_goes_to_where_a_datagram_came_from(Kind from, Kind to)
    {
        var (request, answers) = (new Inbox(), new Inbox());
        using var server = Bind(from, request);
        using var client = Connect(to, server.LocalEndPoint, answers);
        client.Send(new byte[] { 1, 2, 3 }, 3, address: null);
        var (_, source) = await request.ReadAsync();

        server.Send(new byte[] { 1, 2, 3, 4, 5 }, 2, DatagramAddress.Create(source));

        Assert.Equal([1, 2], (await answers.ReadAsync()).Datagram);
        Assert.Equal([3, 4], (await answers.ReadAsync()).Datagram);
        Assert.Equal([5], (await answers.ReadAsync()).Datagram);
    }

    [Theory]
    [InlineData(Kind.Offload)]
    [InlineData(Kind.Polled)]
    [InlineData(Kind.Plain)]
    public async Task That_nobody_listens_is_told_to_the_handler(Kind kind)
    {
        var other = Bind(kind, new Inbox());
        var inbox = new Inbox();
        using var socket = Connect(kind, other.LocalEndPoint, inbox);
        other.Dispose();
        await other.Stopped;

        socket.Send(new byte[] { 1 }, 1, address: null);

        var failure = Assert.IsType<SocketException>(await inbox.Failure);
        Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
    }

    [Theory]
    [InlineData(Kind.Offload)]
    [InlineData(Kind.Polled)]
    [InlineData(Kind.Plain)]
    public async Task A_socket_that_is_closed_stops_and_loses_what_is_sent(Kind kind)
    {
        using var other = Bind(kind, new Inbox());
        var socket = Connect(kind, other.LocalEndPoint, new Inbox());

        socket.Dispose();
        await socket.Stopped;

        socket.Send(new byte[5000], 1200, address: null);
        socket.Dispose();
    }

    [Theory]
    [InlineData(Kind.Offload)]
    [InlineData(Kind.Polled)]
    [InlineData(Kind.Plain)]
    public async Task A_socket_that_is_closed_while_it_receives_stops(Kind kind)
    {
        var inbox = new Inbox();
        var receiver = Bind(kind, inbox);
        inbox.Arrived = receiver.Dispose;
        using var sender = Connect(kind, receiver.LocalEndPoint, new Inbox());

        sender.Send(new byte[5000], 1000, address: null);

        await receiver.Stopped;
        Assert.Equal(1000, (await inbox.ReadAsync()).Datagram.Length);
    }

    private static IDatagramSocket Bind(Kind kind, Inbox inbox)
    {
        var options = new UdpListenOptions();
        Choose(options, kind);
        var socket = UdpSockets.Bind(new IPEndPoint(IPAddress.Loopback, 0), options);
        socket.Start(inbox);
        return socket;
    }

    private static IDatagramSocket Connect(Kind kind, IPEndPoint remote, Inbox inbox)
    {
        var options = new UdpClientOptions();
        Choose(options, kind);
        var socket = UdpSockets.Connect(remote, options);
        socket.Start(inbox);
        return socket;
    }

    private static void Choose(UdpOptions options, Kind kind)
    {
        options.UseSegmentationOffload = kind == Kind.Offload;
        options.UsePollThreads = kind != Kind.Plain;
    }

    private sealed class Inbox : IDatagramHandler
    {
        private readonly Channel<(byte[] Datagram, IPEndPoint From)> _datagrams = Channel.CreateUnbounded<(byte[] Datagram, IPEndPoint From)>();

        private readonly TaskCompletionSource<Exception> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int TurnCount => 0;

        internal Task<Exception> Failure => _failure.Task;

        internal Action? Arrived { get; set; }

        public void OnDatagram(Span<byte> datagram, DatagramAddress from)
        {
            _datagrams.Writer.TryWrite((datagram.ToArray(), from.ToEndPoint()));
            Arrived?.Invoke();
        }

        public bool TryTakeTurn([NotNullWhen(true)] out UdpConnection? connection)
        {
            connection = null;
            return false;
        }

        public bool OnFailure(Exception exception)
        {
            // Whether it goes on is for the socket to know when it is closed.
            _failure.TrySetResult(exception);
            return true;
        }

        internal ValueTask<(byte[] Datagram, IPEndPoint From)> ReadAsync() => _datagrams.Reader.ReadAsync();
    }
}
