namespace Rpc.Transport.Udp.Protocol;

/// <summary>The last message of each lane, which the next one must not overtake. Lanes exist at the sender alone: a message says which
/// one it follows.</summary>
internal sealed class LaneOrder
{
    private const int Initial = 64;

    private readonly Dictionary<uint, long> _last = [];
    private readonly List<uint> _settled = [];
    private int _sweepAt = Initial;

    internal int Count => _last.Count;

    /// <summary>Adds a message to a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="id">The message.</param>
    /// <param name="oldest">The oldest message that the peer has not acknowledged; what stands before it is delivered.</param>
    /// <returns>How many messages before it stands the one it follows; 0 when that one, and all before, are delivered.</returns>
    internal long Append(uint lane, long id, long oldest)
    {
        var distance = _last.TryGetValue(lane, out var last) && last >= oldest ? id - last : 0;
        _last[lane] = id;
        if (_last.Count >= _sweepAt)
        {
            Sweep(oldest);
        }

        return distance;
    }

    private void Sweep(long oldest)
    {
        foreach (var (lane, last) in _last)
        {
            if (last < oldest)
            {
                _settled.Add(lane);
            }
        }

        foreach (var lane in _settled)
        {
            _last.Remove(lane);
        }

        _settled.Clear();
        _sweepAt = Math.Max(Initial, _last.Count * 2);
    }
}
