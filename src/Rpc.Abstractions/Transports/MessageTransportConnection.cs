namespace Rpc.Transports;

/// <summary>A connection of a transport that delivers whole messages, each with a delivery mode of its own: UDP.</summary>
/// <remarks>
/// What the engine relies on:
/// <list type="bullet">
/// <item><description>A message arrives whole or not at all, and at most once.</description></item>
/// <item><description><see cref="TrySend"/> may be called by several threads at once; receiving is done by one.</description></item>
/// <item><description>Reliable messages arrive exactly once in any order; ordered ones in order within their lane; sequenced ones of a lane never
/// after a newer one; the end of the connection is reported after every reliable message that was received.</description></item>
/// </list>
/// </remarks>
public abstract class MessageTransportConnection : TransportConnection
{
    /// <summary>The most bytes of a reliable or ordered message.</summary>
    public abstract int MaxMessageSize { get; }

    /// <summary>The most bytes of an unreliable or sequenced message: what fits one packet.</summary>
    public abstract int MaxUnreliableMessageSize { get; }

    /// <summary>Queues a message. The bytes are copied before the call returns. Thread safe.</summary>
    /// <param name="message">The message, no longer than the limit of its delivery mode.</param>
    /// <param name="options">How to deliver it.</param>
    /// <returns>False when the send queue is full: wait for <see cref="WaitToSendAsync"/> and try again. An unreliable or sequenced message is
    /// dropped by the transport rather than refused.</returns>
    /// <exception cref="TransportException">The connection is gone.</exception>
    public abstract bool TrySend(ReadOnlySpan<byte> message, MessageOptions options);

    /// <summary>Says that a batch of messages is complete: what was queued should leave now. Thread safe, does not wait.</summary>
    public abstract void Flush();

    /// <summary>Waits until the send queue has room again. Thread safe.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is worth trying again.</returns>
    /// <exception cref="TransportException">The connection is gone.</exception>
    public abstract ValueTask WaitToSendAsync(CancellationToken cancellationToken);

    /// <summary>Waits for a message.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when <see cref="TryReceive"/> will give one, false when the peer has closed and everything was received.</returns>
    /// <exception cref="TransportException">The connection broke.</exception>
    public abstract ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Takes the next message, if there is one.</summary>
    /// <param name="message">The message; valid until the next call.</param>
    /// <returns>False when there is none now.</returns>
    public abstract bool TryReceive(out ReadOnlyMemory<byte> message);

    /// <summary>Delivers every reliable message that was queued, then tells the peer that this side has closed.</summary>
    /// <param name="cancellationToken">Ends the wait; the connection is then as good as aborted.</param>
    /// <returns>A task that ends when the peer has everything.</returns>
    public abstract ValueTask CloseAsync(CancellationToken cancellationToken);
}
