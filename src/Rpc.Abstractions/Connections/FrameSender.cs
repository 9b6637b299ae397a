using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>The one writer of a connection. Thread safe; takes over the buffer of every frame it is given.</summary>
internal abstract class FrameSender : PoolWork, IFlushable
{
    /// <inheritdoc/>
    public abstract bool HasDeferred { get; }

    /// <summary>Bytes that the transport has taken.</summary>
    public abstract long SentBytes { get; }

    /// <summary>Bytes that wait to be sent.</summary>
    public abstract long QueuedBytes { get; }

    /// <summary>How many writes the transport has taken, and whether one is under way; for the send timeout.</summary>
    public abstract (long Completed, bool Pending) Progress { get; }

    /// <summary>Whether the queue has reached its limit. Whoever sends looks first; several that looked at once may together go a little beyond.</summary>
    public abstract bool IsFull { get; }

    /// <summary>Queues a frame.</summary>
    /// <exception cref="RpcException">Unavailable: the connection is gone. ResourceExhausted: too large for its delivery mode. The frame is still the caller's.</exception>
    public abstract void Send(OutgoingFrame frame, SendOptions options);

    /// <summary>Queues a small frame that many connections get: a copy of its bytes, without a buffer for each.</summary>
    /// <returns>False when it has to be sent by <see cref="Send"/>.</returns>
    /// <exception cref="RpcException">Unavailable: the connection is gone.</exception>
    public virtual bool TrySendCopy(ReadOnlySpan<byte> frame, SendOptions options) => false;

    /// <summary>Queues a frame that is small and follows from what the peer did: an answer, a credit, a cancel. A peer that makes more of them than it reads
    /// loses the connection. Does nothing once the connection is gone.</summary>
    public abstract void SendControl(OutgoingFrame frame, SendOptions options = default);

    /// <summary>Queues a frame when the queue is shorter than the limit, in the order of the calls.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="options">How to send it.</param>
    /// <param name="limit">The queue's length, in bytes, from which to wait.</param>
    /// <param name="cancellationToken">Ends the wait; the frame is then not sent.</param>
    /// <exception cref="RpcException">Unavailable: the connection is gone.</exception>
    public abstract ValueTask SendAsync(OutgoingFrame frame, SendOptions options, long limit, CancellationToken cancellationToken);

    /// <summary>Waits until the queue is shorter than the limit.</summary>
    /// <exception cref="RpcException">Unavailable: the connection is gone.</exception>
    public abstract ValueTask WaitForRoomAsync(long limit, CancellationToken cancellationToken);

    /// <summary>Tells the peer, with what leaves next, of pieces that this side has taken; nothing where nobody wants to know.</summary>
    /// <param name="bytes">The bytes of their bodies.</param>
    public virtual void AcknowledgePieces(int bytes)
    {
    }

    /// <summary>The peer has taken pieces.</summary>
    /// <param name="bytes">The bytes of their bodies.</param>
    /// <exception cref="ProtocolException">More than were sent, or nobody wanted to know.</exception>
    public virtual void OnPiecesAcknowledged(int bytes) => throw new ProtocolException("Pieces were acknowledged that are not.");

    /// <summary>Looks for something to write that did not come by a frame: in a session that outlives its connection, an acknowledgement that is due or
    /// what waited for room.</summary>
    public virtual void Wake()
    {
    }

    /// <summary>Sends the last frame, waits until the transport has taken everything, and ends the stream to the peer.</summary>
    public abstract ValueTask CompleteAsync(OutgoingFrame? last);

    /// <summary>The ids of the calls whose requests have not left the queue; null for none. After a failure, as of then.</summary>
    public virtual HashSet<int>? UnsentCalls() => null;

    /// <summary>Drops what is queued and fails everything that waits.</summary>
    public abstract void Fail(RpcException exception);

    /// <summary>Ends when nothing of the transport's is under way; after <see cref="Fail"/>, when nothing more begins.</summary>
    public abstract Task WhenIdle();

    /// <inheritdoc/>
    public abstract void FlushDeferred();
}
