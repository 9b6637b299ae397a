namespace Rpc.Connections;

/// <summary>Keeps the frames that are on their way in pieces within what the peer puts together at once.</summary>
/// <remarks>Counts whole frames, begun and not ended, so that what has been begun can always be brought to its end. Not thread safe: the sender's lock guards it.</remarks>
internal sealed class TransferBudget
{
    private readonly long _limit;
    private long _begun;
    private long _overtaken;

    /// <param name="limit">The most bytes that may be begun at once. A frame that is alone may always begin.</param>
    public TransferBudget(long limit) => _limit = limit;

    /// <summary>Begins a frame if there is room for it.</summary>
    /// <param name="total">The bytes of the frame.</param>
    /// <param name="isFirst">Whether it is the one that waits longest. Others overtake that one when it has no room, but in all with no more than the limit: so it begins in the end.</param>
    public bool TryBegin(long total, bool isFirst)
    {
        if ((_begun > 0 && total > _limit - _begun) || (!isFirst && total > _limit - _overtaken))
        {
            return false;
        }

        _begun += total;
        _overtaken = isFirst ? 0 : _overtaken + total;
        return true;
    }

    /// <summary>A frame that was begun has been sent whole.</summary>
    public void End(long total) => _begun -= total;
}
