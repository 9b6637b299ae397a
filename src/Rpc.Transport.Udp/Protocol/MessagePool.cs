namespace Rpc.Transport.Udp.Protocol;

/// <summary>The used-up messages of a connection, to be used again. A few; the others go to all connections.</summary>
internal sealed class MessagePool
{
    private const int MaxPooled = 16;

    private readonly Stack<OutgoingMessage> _pool = new();

    /// <summary>Gives a message with one reference.</summary>
    internal OutgoingMessage Rent()
    {
        var message = _pool.Count > 0 ? _pool.Pop() : SharedPool<OutgoingMessage>.Rent();
        message.References = 1;
        return message;
    }

    internal void Release(OutgoingMessage message)
    {
        if (--message.References > 0)
        {
            return;
        }

        message.Free();
        if (_pool.Count < MaxPooled)
        {
            _pool.Push(message);
        }
        else
        {
            SharedPool<OutgoingMessage>.Return(message);
        }
    }
}
