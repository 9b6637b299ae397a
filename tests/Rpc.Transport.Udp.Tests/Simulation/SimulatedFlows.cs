using System.Buffers.Binary;
using Rpc.Testing;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Tests.Simulation;

/// <summary>Clients that all send as much as they may to servers behind one link. Times in µs.</summary>
internal sealed class SimulatedFlows
{
    private readonly byte[] _datagram = new byte[Packet.MaxSize];
    private readonly byte[] _payload = new byte[16_000];
    private readonly SimulatedLink _toServers;
    private readonly NetworkConditions _back;
    private readonly List<Flow> _flows = [];
    private Queue<ReceivedMessage> _taken = new();
    private long _now = 1_000_000;

    /// <param name="conditions">The link to the servers; the way back has its delay alone.</param>
    /// <param name="seed">What chance begins with.</param>
    internal SimulatedFlows(NetworkConditions conditions, int seed)
    {
        _toServers = new SimulatedLink(conditions, seed);
        _back = new NetworkConditions { Delay = conditions.Delay };
    }

    /// <summary>Adds a flow, which starts now.</summary>
    /// <param name="tolerance">What its congestion control takes for chance; 0 for NewReno.</param>
    /// <param name="hasDefaults">Whether windows and memory are those that a connection has by default, rather than more than the link can use.</param>
    internal void Add(double tolerance = CongestionController.Tolerance, bool hasDefaults = false)
    {
        var (client, server) = SimulatedPair.CreatePeers((uint)_flows.Count, _now, options =>
        {
            options.LossTolerance = tolerance;
            if (!hasDefaults)
            {
                (options.SendQueueSize, options.ReceiveWindow, options.PeerWindow) = (8 << 20, 8 << 20, 8 << 20);
                options.ReassemblySize = 2 << 20;
            }
        });
        _flows.Add(new Flow(client, server, new SimulatedLink(_back, seed: 1)));
    }

    /// <summary>Lets time pass.</summary>
    /// <returns>Megabits a second that each flow has delivered.</returns>
    internal double[] Run(double seconds)
    {
        var before = _flows.Select(static flow => flow.Received).ToArray();
        for (var end = _now + (long)(seconds * 1_000_000); _now < end;)
        {
            var next = _now + 5_000;
            Deliver();
            foreach (var flow in _flows)
            {
                Work(flow);
                var deadline = Math.Min(Math.Min(flow.Client.Deadline, flow.Server.Deadline), ToMicroseconds(flow.ToClient.NextArrival));
                next = Math.Min(next, Math.Max(deadline, _now + 20));
            }

            _now = Math.Max(_now + 1, Math.Min(next, ToMicroseconds(_toServers.NextArrival)));
        }

        return [.. _flows.Select((flow, index) => (flow.Received - before[index]) * 8 / seconds / 1e6)];
    }

    private static long ToMicroseconds(TimeSpan? time) => time is { } at ? (at.Ticks + 9) / 10 : long.MaxValue;

    private void Deliver()
    {
        while (_toServers.TryReceive(TimeSpan.FromMicroseconds(_now), out var datagram))
        {
            _flows[(int)BinaryPrimitives.ReadUInt32LittleEndian(datagram.AsSpan(1))].Server.Receive(datagram, _now);
        }
    }

    private void Work(Flow flow)
    {
        while (flow.ToClient.TryReceive(TimeSpan.FromMicroseconds(_now), out var datagram))
        {
            flow.Client.Receive(datagram, _now);
        }

        flow.Server.TakeAll(ref _taken);
        while (_taken.TryDequeue(out var message))
        {
            flow.Received += message.Length;
            MessageBuffers.Return(message.Buffer);
        }

        while (flow.Client.HasRoom && flow.Client.TrySend(_payload, new MessageOptions(RpcDelivery.Reliable), _now))
        {
        }

        Pump(flow.Client, _toServers);
        Pump(flow.Server, flow.ToClient);
    }

    private void Pump(Peer peer, SimulatedLink link)
    {
        if (peer.Deadline <= _now)
        {
            peer.OnTimeout(_now);
        }

        for (var length = peer.Produce(_datagram, _now); length > 0; length = peer.Produce(_datagram, _now))
        {
            link.Send(_datagram.AsSpan(0, length), TimeSpan.FromMicroseconds(_now));
        }
    }

    private sealed class Flow(Peer client, Peer server, SimulatedLink toClient)
    {
        internal Peer Client { get; } = client;

        internal Peer Server { get; } = server;

        internal SimulatedLink ToClient { get; } = toClient;

        internal long Received { get; set; }
    }
}
