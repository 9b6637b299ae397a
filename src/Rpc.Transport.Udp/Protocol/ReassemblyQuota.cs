namespace Rpc.Transport.Udp.Protocol;

/// <summary>Bytes of unfinished messages that a connection holds. What is refused is not acknowledged, and comes again.</summary>
/// <remarks>A message is begun where there is room for all of it, so that none that was begun waits for another's end; the memory that all connections share is charged by what
/// has arrived. Room for one message of the greatest length is kept for the oldest that has not come: it is begun, and ends, whatever the others hold.</remarks>
/// <param name="limit">The bytes.</param>
/// <param name="turn">What the longest message takes.</param>
/// <param name="server">What all connections share.</param>
internal sealed class ReassemblyQuota(long limit, long turn, ReassemblyBudget server)
{
    private readonly long _ordinary = limit - turn;
    private long _reserved;
    private long _extra;
    private bool _hasTurn;

    /// <summary>Reserves room for a message before anything is known but its length.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isFirst">Whether it is the oldest that has not come.</param>
    /// <returns>False when it must not begin now.</returns>
    internal bool TryBegin(Reassembly message, bool isFirst)
    {
        var cost = Reassembly.CostOf(message.Length);
        if (_reserved + cost <= _ordinary)
        {
            _reserved += cost;
            message.Reserved = cost;
            return true;
        }

        return isFirst;
    }

    /// <summary>Takes bytes for a message that has begun, before their memory is taken.</summary>
    /// <returns>False when they must not be taken now.</returns>
    internal bool TryTake(Reassembly message, long bytes, bool isFirst)
    {
        if (server.TryCharge(bytes))
        {
            message.Charged += bytes;
            return true;
        }

        // Only one message at a time is the oldest: together they take no more than the longest.
        if (!isFirst || !(_hasTurn || server.TryTakeTurn()))
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
        _reserved -= message.Reserved;
        server.Release(message.Charged);
        _extra -= message.Extra;
        (message.Reserved, message.Charged, message.Extra) = (0, 0, 0);
        if (_hasTurn && _extra == 0)
        {
            _hasTurn = false;
            server.ReturnTurn();
        }
    }
}
