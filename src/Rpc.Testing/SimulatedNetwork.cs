using Rpc.Testing.Internal;
using Rpc.Transports;

namespace Rpc.Testing;

/// <summary>A bad network around any transport, within the process: put it around a client's transport or a server's, and what passes is delayed, slowed,
/// lost, stalled or cut. Thread safe.</summary>
/// <remarks>
/// <para>A stream of bytes (TCP, WebSocket, in-process) arrives whole and in order whatever the network does, so a lost packet of 1,400 bytes holds up what
/// is behind it for a round trip and 10 ms, a black hole holds up everything until it ends, and duplication, reordering and corruption, which such a
/// transport hides, do nothing. Both directions are changed by whichever side is wrapped: wrap one.</para>
/// <para>Of a message transport (UDP), what the wrapped side sends is changed, by its delivery mode: wrap both sides to have both directions. Unreliable and
/// sequenced messages are lost, reordered within what their mode permits; reliable ones come a round trip later, and only those wait. For UDP,
/// <see cref="UdpRelay"/> puts the packets themselves through a bad network.</para>
/// <para>What is still on its way when a connection is disposed arrives at once.</para>
/// </remarks>
public sealed class SimulatedNetwork
{
    private readonly object _gate = new();
    private readonly HashSet<ISimulatedConnection> _connections = [];
    private readonly int _seed;
    private int _opened;

    /// <summary>Creates a network.</summary>
    /// <param name="conditions">What happens in each direction; nothing by default.</param>
    /// <param name="seed">What chance begins with: each connection, in the order of their opening, has its own from there.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    public SimulatedNetwork(NetworkConditions? conditions = null, int seed = 1, TimeProvider? timeProvider = null)
    {
        _seed = seed;
        TimeProvider = timeProvider ?? TimeProvider.System;
        ServerDirection = new NetworkDirection(conditions ?? NetworkConditions.Perfect);
        ClientDirection = new NetworkDirection(conditions ?? NetworkConditions.Perfect);
    }

    /// <summary>What happens on the way to the server; may be replaced at any time.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public NetworkConditions ToServer
    {
        get => ServerDirection.Conditions;
        set => ServerDirection.Conditions = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>What happens on the way to the client; may be replaced at any time.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public NetworkConditions ToClient
    {
        get => ClientDirection.Conditions;
        set => ClientDirection.Conditions = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Connections over this network that are not disposed.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    internal NetworkDirection ServerDirection { get; }

    internal NetworkDirection ClientDirection { get; }

    internal TimeProvider TimeProvider { get; }

    /// <summary>Puts the network around a client's transport. Opening a connection then takes a round trip, and in a black hole until it ends.</summary>
    /// <param name="transport">The transport.</param>
    /// <returns>A transport for the same schemes.</returns>
    public IRpcClientTransport Around(IRpcClientTransport transport) =>
        new SimulatedClientTransport(this, transport ?? throw new ArgumentNullException(nameof(transport)));

    /// <summary>Puts the network around an address that a server listens at.</summary>
    /// <param name="transport">The address.</param>
    /// <returns>The same address, over this network.</returns>
    public IRpcServerTransport Around(IRpcServerTransport transport) =>
        new SimulatedServerTransport(this, transport ?? throw new ArgumentNullException(nameof(transport)));

    /// <summary>Puts the network around what a server listens at from here on: <c>network.Around(rpc).ListenTcp(…)</c>.</summary>
    /// <param name="builder">The server's builder.</param>
    /// <returns>What the <c>Listen…</c> extensions add to.</returns>
    public IRpcServerTransportCollection Around(IRpcServerTransportCollection builder) =>
        new SimulatedServerTransports(this, builder ?? throw new ArgumentNullException(nameof(builder)));

    /// <summary>Cuts all connections, as a router does that restarts: each side finds its connection reset.</summary>
    public void Cut()
    {
        ISimulatedConnection[] connections;
        lock (_gate)
        {
            connections = [.. _connections];
        }

        foreach (var connection in connections)
        {
            connection.Cut();
        }
    }

    internal TransportConnection Wrap(TransportConnection inner, bool isClient)
    {
        var (outbound, inbound) = isClient ? (ServerDirection, ClientDirection) : (ClientDirection, ServerDirection);
        TransportConnection wrapped;
        lock (_gate)
        {
            var seed = _seed + (2 * _opened++);
            wrapped = inner switch
            {
                StreamTransportConnection stream => new SimulatedStreamConnection(this, stream, outbound, inbound, seed),
                MessageTransportConnection messages => new SimulatedMessageConnection(this, messages, outbound, seed),
                _ => throw new ArgumentException("The connection is neither a stream nor messages.", nameof(inner)),
            };
            _connections.Add((ISimulatedConnection)wrapped);
        }

        return wrapped;
    }

    internal void Remove(ISimulatedConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
        }
    }
}
