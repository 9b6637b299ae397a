namespace Rpc.Server;

/// <summary>Carries pushes to named groups from one server to the others: a seam for a message broker. Thread safe.</summary>
/// <remarks>
/// <para>The framework publishes each push once, after its own members have it, and subscribes to a channel while the group has members here. A message is made
/// once and may be handed to whoever published it as well, which ignores it. Messages of one publisher are to arrive in their order; one that is lost is a
/// lost push.</para>
/// <para>Whoever can publish can push to every member: the broker is trusted as the servers are.</para>
/// </remarks>
public interface IRpcBackplane
{
    /// <summary>Sends a message to all who have subscribed to a channel. Called by whoever pushes, so it must not block: what cannot be sent at once is queued or
    /// dropped by the implementation.</summary>
    /// <param name="channel">The channel: the contract's name and the group's, joined by a slash.</param>
    /// <param name="message">The message; the implementation's to keep.</param>
    void Publish(string channel, ReadOnlyMemory<byte> message);

    /// <summary>Begins to receive the messages of a channel. Must not block; what is published before the subscription is in force is missed.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="receive">Takes a message, which need not be kept; does not block. Throws <see cref="Serialization.PayloadException"/> for bytes that
    /// were not made by <see cref="Publish"/>.</param>
    /// <returns>Ends the subscription when it is disposed.</returns>
    IDisposable Subscribe(string channel, Action<ReadOnlyMemory<byte>> receive);
}
