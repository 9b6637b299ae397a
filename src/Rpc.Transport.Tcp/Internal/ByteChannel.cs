namespace Rpc.Transport.Tcp.Internal;

/// <summary>Moves the bytes of one connection: a socket, or TLS over one. One receive and one send at a time; the two may overlap.</summary>
internal abstract class ByteChannel
{
    /// <summary>Whether waiting for bytes with an empty buffer is how to wait without holding one. Otherwise a small buffer is lent.</summary>
    internal abstract bool WaitsWithEmptyBuffer { get; }

    /// <summary>Whether <see cref="TryReceive"/> can tell.</summary>
    internal abstract bool CanTryReceive { get; }

    /// <summary>Size (bytes) of the small buffer.</summary>
    internal virtual int WaitingSize => ReceiveBuffer.SmallSize;

    /// <summary>Receives what is there without waiting.</summary>
    /// <returns>The number of bytes, 0 at the end of the stream, -1 when nothing is there or the channel cannot tell.</returns>
    internal abstract int TryReceive(Span<byte> buffer);

    /// <summary>Receives at least one byte.</summary>
    /// <returns>The number of bytes; 0 at the end of the stream, or when an empty buffer was given and there is something to receive.</returns>
    internal abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Turns what one receive brought, in place, into bytes of the stream. A channel that frames the stream takes the frames off here; any
    /// other leaves it as it is. May throw what ends the stream.</summary>
    /// <param name="received">What was received; empty at the end of the connection.</param>
    /// <param name="mayStartLater">Whether the bytes of the stream may stand behind the front.</param>
    internal virtual Received Unwrap(Span<byte> received, bool mayStartLater) => new(0, received.Length, received.IsEmpty);

    /// <summary>Sends.</summary>
    /// <returns>The number of bytes sent, at least one.</returns>
    internal abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends two pieces in one, without waiting.</summary>
    /// <returns>The number of bytes sent of both together; 0 when that would wait, or is not what the channel can do.</returns>
    internal virtual int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) => 0;

    /// <summary>Tells the peer that nothing more is sent, after everything that was.</summary>
    internal abstract ValueTask EndAsync();

    /// <summary>Cuts the connection. Thread safe, may be called more than once, never throws.</summary>
    internal abstract void Abort();

    /// <summary>Frees everything, leaving what was sent to be delivered if <see cref="EndAsync"/> has succeeded.</summary>
    internal abstract void Close();

    /// <summary>The one place where a failure of the platform becomes a <see cref="Transports.TransportException"/>.</summary>
    internal abstract Transports.TransportException Map(Exception exception);
}
