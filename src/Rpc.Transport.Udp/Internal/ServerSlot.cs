using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A server's connection, and what the listener knows of it. Guarded by the endpoint's gate.</summary>
internal sealed class ServerSlot(uint id, UdpConnection connection, ServerPath path, ServerAcceptance acceptance, Guid helloKey, long createdAt)
{
    internal uint Id => id;

    internal UdpConnection Connection => connection;

    internal ServerPath Path => path;

    internal ServerAcceptance Acceptance => acceptance;

    /// <summary>Half of the SHA-256 of the Hello without its cookie: a Hello that comes again finds its connection by it. One that was damaged on its way is
    /// another one, and takes nothing from the connection of the right one.</summary>
    internal Guid HelloKey => helloKey;

    internal long CreatedAt => createdAt;

    /// <summary>Whether the client has not shown yet that it has the keys.</summary>
    internal bool IsPending { get; set; } = true;

    /// <summary>Whether it is among those that wait for their turns. Guarded by their queue.</summary>
    internal bool HasTurn { get; set; }

    /// <summary>Datagrams from elsewhere that are tried: each that is forged costs a decryption and an exception.</summary>
    internal TokenBucket ForeignTries = new(perSecond: 50, burst: 50);
}
