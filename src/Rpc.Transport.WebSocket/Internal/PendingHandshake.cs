using Rpc.Transport.Tcp.Internal;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A connection that is not upgraded yet.</summary>
internal sealed class PendingHandshake : IDisposable
{
    public PendingHandshake(ConnectedSocket socket, TimeProvider timeProvider, TimeSpan timeout)
    {
        Socket = socket;
        Deadline = new Deadline(timeProvider, timeout);
        Node = new LinkedListNode<PendingHandshake>(this);
    }

    public ConnectedSocket Socket { get; }

    public Deadline Deadline { get; }

    /// <summary>Its place among the others; theirs to change.</summary>
    public LinkedListNode<PendingHandshake> Node { get; }

    /// <summary>Ends it at once, whatever it waits for.</summary>
    public void Cut()
    {
        Deadline.Cancel();
        Socket.Dispose();
    }

    public void Dispose() => Deadline.Dispose();
}
