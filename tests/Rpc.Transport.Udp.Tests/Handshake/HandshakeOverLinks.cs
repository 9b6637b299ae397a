using Rpc.Testing;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp.Tests.Handshake;

/// <summary>A client and a server's endpoint over two simulated links, from the first Hello on. The clock is the server's, in steps of 5 ms.</summary>
internal sealed class HandshakeOverLinks(ServerHarness server, ClientHandshake client, NetworkConditions conditions, int seed)
{
    private readonly byte[] _datagram = new byte[Packet.MaxSize];

    internal SimulatedLink ToServer { get; } = new(conditions, seed);

    internal SimulatedLink ToClient { get; } = new(conditions, seed + 1000);

    /// <summary>The client's address; a NAT may change it.</summary>
    internal DatagramAddress From { get; set; } = ServerHarness.Address(1);

    /// <summary>Runs until the server has accepted the connection, or 10 s have passed.</summary>
    internal bool Run() => Run(() => server.Endpoint.Accepted.Count > 0);

    /// <summary>Runs until a condition holds, or time has passed.</summary>
    internal bool Run(Func<bool> condition, double seconds = 10)
    {
        for (var i = 0; i < seconds * 200 && !condition(); i++)
        {
            server.Time.Advance(TimeSpan.FromMilliseconds(5));
            Step(server.Clock.Now);
        }

        return condition();
    }

    private void Step(long now)
    {
        var time = TimeSpan.FromMicroseconds(now);
        if (client.Peer is { } peer && peer.Deadline <= now)
        {
            peer.OnTimeout(now);
        }

        for (var length = Produce(now); length > 0; length = Produce(now))
        {
            ToServer.Send(_datagram.AsSpan(0, length), time);
        }

        while (ToServer.TryReceive(time, out var packet))
        {
            server.Receive(packet, From);
        }

        foreach (var packet in server.TakeSent(From))
        {
            ToClient.Send(packet, time);
        }

        while (ToClient.TryReceive(time, out var packet))
        {
            if (client.Peer is { } open)
            {
                open.Receive(packet, now);
            }
            else
            {
                client.Receive(packet, now);
            }
        }
    }

    private int Produce(long now) => client.Peer?.Produce(_datagram, now) ?? client.Produce(_datagram, now);
}
