namespace Rpc.Transport.Udp.Protocol;

/// <summary>Bytes of unfinished messages that a connection holds. What is refused is not acknowledged, and comes again.</summary>
/// <remarks>A message is begun where there is room for all of it, so that none that was begun waits for another's end; the memory that all connections share is charged by what
/// has arrived. Room for one message of the greatest length is kept for the oldest that has not come: it is begun, and ends, whatever the others hold.</remarks>
/// <param name="limit">The bytes.</param>
/// <param name="turn">What the longest message takes.</param>
/// <param name="server">What all connections share.</param>
internal sealed class ReassemblyQuota(long limit, long turn, ReassemblyBudget server)
{
    /// <summary>How long a turn may last though others wait for one (µs): this, and a second for so many bytes of the message.</summary>
    private const long TurnTime = 10_000_000;
    private const long LeastRate = 64 * 1024;

    /// <summary>How often a turn that has lasted so long asks whether others wait.</summary>
    private const long WishInterval = 1_000_000;

    private readonly long _ordinary = limit - turn;
    private long _reserved;
    private long _extra;
    private bool _hasTurn;

    /// <summary>When <see cref="IsTurnOver"/> is to be asked; <see cref="long.MaxValue"/> without a turn.</summary>
    internal long TurnDeadline { get; private set; } = long.MaxValue;

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
    internal bool TryTake(Reassembly message, long bytes, bool isFirst, long now)
    {
        if (server.TryCharge(bytes))
        {
            message.Charged += bytes;
            return true;
        }

        // Only one message at a time is the oldest: together they take no more than the longest.
        if (!isFirst || !(_hasTurn || TryTakeTurn(message, now)))
        {
            return false;
        }

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
            TurnDeadline = long.MaxValue;
            server.ReturnTurn();
        }
    }

    /// <summary>Whether the turn has lasted for long enough, and another connection waits for one.</summary>
    internal bool IsTurnOver(long now)
    {
        if (now < TurnDeadline)
        {
            return false;
        }

        TurnDeadline = now + WishInterval;
        return server.TakeWish(now);
    }

    private bool TryTakeTurn(Reassembly message, long now)
    {
        _hasTurn = server.TryTakeTurn(now);
        if (_hasTurn)
        {
            TurnDeadline = now + TurnTime + (message.Length * 1_000_000L / LeastRate);
        }

        return _hasTurn;
    }
}
