namespace Rpc.Transports;

/// <summary>What a <see cref="MessageTransportConnection"/> also is when it can be kept through a silence of its peer: its packets prove by themselves, from whatever
/// address and however late, that they belong to it, and what was not acknowledged is still there to be sent again. So it needs no new handshake to go on. A byte
/// stream does not: the engine carries its sessions from one connection to the next.</summary>
/// <remarks>Kept in memory like any open connection: what waits to be sent is bounded by the send queue. How long it is kept is the engine's affair, which cuts it by
/// <see cref="TransportConnection.Abort"/>. All members are thread safe.</remarks>
public interface IInterruptibleConnection
{
    /// <summary>From now on a silence that would end the connection interrupts it instead: nothing but the search for the peer is sent, until the peer is heard again.
    /// Called once, before the connection carries anything but the handshake.</summary>
    /// <param name="changed">Told of each interruption with its reason, and of its end with null, in order. Called under a lock: it must not block, and must not call the
    /// connection.</param>
    void KeepThroughSilence(Action<TransportException?> changed);

    /// <summary>Takes the peer for silent at once: somebody else has found out, or wants another way to be looked for.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>False when it is interrupted already, is not kept, or is over.</returns>
    bool Interrupt(TransportException reason);

    /// <summary>Looks for the peer once more, from another port and, if the host has several addresses, at the next of them. For the client's end.</summary>
    /// <param name="address">Where the peer may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>True when the peer was heard, false when it did not answer in the time that an answer may take.</returns>
    /// <exception cref="TransportException">The connection is over, or the address leads nowhere.</exception>
    ValueTask<bool> SeekAsync(Uri address, CancellationToken cancellationToken);
}
