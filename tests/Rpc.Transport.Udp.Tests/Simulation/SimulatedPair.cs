using System.Security.Cryptography;
using Rpc.Testing;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Tests.Simulation;

/// <summary>Two peers over two simulated links, under a clock that jumps from event to event. Times in µs.</summary>
internal sealed class SimulatedPair
{
    private readonly byte[] _datagram = new byte[Packet.LargestSize];
    private Queue<ReceivedMessage> _taken = new();

    internal SimulatedPair(
        NetworkConditions? conditions = null, int seed = 1, Action<PeerOptions>? configure = null, CipherSuite suite = CipherSuite.AesGcm, NetworkConditions? toClient = null)
    {
        conditions ??= NetworkConditions.Perfect;
        ToServer = new SimulatedLink(conditions, seed);
        ToClient = new SimulatedLink(toClient ?? conditions, seed + 1);
        (Client, Server) = CreatePeers(7, Now, configure, suite);
    }

    internal Peer Client { get; }

    internal Peer Server { get; }

    internal SimulatedLink ToServer { get; }

    internal SimulatedLink ToClient { get; }

    internal long Now { get; private set; } = 1_000_000;

    /// <summary>Sees every datagram before the link does, and may change it.</summary>
    internal Action<bool, byte[]>? OnSent { get; set; }

    internal Action<byte[]>? OnServerMessage { get; set; }

    internal Action<byte[]>? OnClientMessage { get; set; }

    /// <summary>A client and a server that have shaken hands.</summary>
    internal static (Peer Client, Peer Server) CreatePeers(uint connectionId, long now, Action<PeerOptions>? configure, CipherSuite suite = CipherSuite.AesGcm)
    {
        var master = SHA256.HashData([1]);
        var (fromClient, fromServer) = (KeySchedule.Direction(master, fromClient: true), KeySchedule.Direction(master, fromClient: false));
        return (
            new Peer(Options(isClient: true), new SendKeys(suite, fromClient, now), new ReceiveKeys(suite, fromServer), now),
            new Peer(Options(isClient: false), new SendKeys(suite, fromServer, now), new ReceiveKeys(suite, fromClient), now));

        PeerOptions Options(bool isClient)
        {
            var options = new PeerOptions { IsClient = isClient, ConnectionId = connectionId };
            configure?.Invoke(options);
            return options;
        }
    }

    internal bool Send(Peer peer, ReadOnlySpan<byte> message, RpcDelivery delivery = RpcDelivery.Reliable, uint lane = 0, bool isRedundant = false) =>
        peer.TrySend(message, new MessageOptions(delivery, lane, isRedundant), Now);

    /// <summary>Lets time pass until a condition holds.</summary>
    /// <returns>Whether it came to hold.</returns>
    internal bool RunUntil(Func<bool> condition, double seconds = 600)
    {
        var end = Now + (long)(seconds * 1_000_000);
        for (var steps = 0; ; steps++)
        {
            if (steps == 50_000_000)
            {
                throw new InvalidOperationException("Time does not pass.");
            }

            Work();
            if (condition())
            {
                return true;
            }

            var next = NextEvent();
            if (next > end)
            {
                Now = end;
                return condition();
            }

            Now = Math.Max(Now, next);
        }
    }

    /// <summary>How far the two are, for the message of a failed assertion.</summary>
    internal string Describe() => $"at {Now / 1e6:f3} s; client {State(Client)}; server {State(Server)}";

    private static string State(Peer peer) =>
        $"sent {peer.PacketsSent}, received {peer.PacketsReceived}, lost {peer.PacketsLost}, rejected {peer.PacketsRejected}, rtt {peer.Rtt.Smoothed}, probes {peer.ProbeCount}, room {peer.HasRoom}, end {peer.IsEndAcknowledged}/{peer.IsPeerEnded}, closed {peer.IsClosed}";

    internal void Run(double seconds) => RunUntil(static () => false, seconds);

    private static long ToMicroseconds(TimeSpan? time) => time is { } at ? (at.Ticks + 9) / 10 : long.MaxValue;

    private long NextEvent()
    {
        var deadline = Math.Max(Math.Min(Client.Deadline, Server.Deadline), Now + 100);
        return Math.Min(deadline, Math.Min(ToMicroseconds(ToServer.NextArrival), ToMicroseconds(ToClient.NextArrival)));
    }

    private void Work()
    {
        Deliver(ToServer, Server);
        Deliver(ToClient, Client);
        Take(Server, OnServerMessage);
        Take(Client, OnClientMessage);
        Pump(Client, ToServer, isClient: true);
        Pump(Server, ToClient, isClient: false);
    }

    private void Deliver(SimulatedLink link, Peer peer)
    {
        while (link.TryReceive(TimeSpan.FromMicroseconds(Now), out var datagram))
        {
            peer.Receive(datagram, Now);
        }
    }

    private void Take(Peer peer, Action<byte[]>? handler)
    {
        if (handler is null)
        {
            return;
        }

        peer.TakeAll(ref _taken);
        while (_taken.TryDequeue(out var message))
        {
            handler(message.Buffer.AsSpan(0, message.Length).ToArray());
            MessageBuffers.Return(message.Buffer);
        }
    }

    private void Pump(Peer peer, SimulatedLink link, bool isClient)
    {
        if (peer.Deadline <= Now)
        {
            peer.OnTimeout(Now);
        }

        for (var length = peer.Produce(_datagram, Now); length > 0; length = peer.Produce(_datagram, Now))
        {
            var copy = _datagram.AsSpan(0, length).ToArray();
            OnSent?.Invoke(isClient, copy);
            link.Send(copy, TimeSpan.FromMicroseconds(Now));
        }
    }
}
