namespace Rpc.Transport.Udp.Protocol;

/// <summary>Bytes of unfinished messages that a connection holds. A half is for all of them, the other for the oldest alone, so that it ends and makes room. What is refused is
/// not acknowledged, and comes again.</summary>
/// <param name="limit">The bytes.</param>
/// <param name="server">What all connections share.</param>
internal sealed class ReassemblyQuota(long limit, ReassemblyBudget server)
{
    private readonly long _half = TurnSize(limit);
    private long _used;
    private long _extra;
    private bool _hasTurn;

    /// <summary>Bytes that a turn of the connection may take: the half for the oldest.</summary>
    internal static long TurnSize(long limit) => limit / 2;

    /// <summary>Takes bytes for a message before its memory is taken.</summary>
    /// <param name="message">The message.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="isOldest">Whether it is the oldest that is not finished.</param>
    /// <returns>False when they must not be taken now.</returns>
    internal bool TryTake(Reassembly message, long bytes, bool isOldest)
    {
        if (_used + bytes <= _half && server.TryCharge(bytes))
        {
            _used += bytes;
            message.Charged += bytes;
            return true;
        }

        if (!isOldest || _extra + bytes > _half || !(_hasTurn || server.TryTakeTurn()))
        {
            return false;
        }

        _hasTurn = true;
        _extra += bytes;
        message.Extra += bytes;
        return true;
    }

    /// <summary>The message is whole, or nobody wants it.</summary>
    internal void Release(Reassembly message)
    {
        _used -= message.Charged;
        server.Release(message.Charged);
        _extra -= message.Extra;
        (message.Charged, message.Extra) = (0, 0);
        if (_hasTurn && _extra == 0)
        {
            _hasTurn = false;
            server.ReturnTurn();
        }
    }
}
