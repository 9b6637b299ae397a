namespace Rpc.Transport.Udp.Internal;

/// <summary>The connect tokens that were used, until they expire. Not thread safe.</summary>
internal sealed class BurntTokens
{
    private readonly Dictionary<Guid, long> _expiries = [];
    private readonly List<Guid> _expired = [];
    private int _sweepAt = 1024;

    /// <summary>Uses a token.</summary>
    /// <returns>False when it was used before.</returns>
    internal bool TryBurn(Guid id, long expiresAt, long nowSeconds)
    {
        if (_expiries.Count >= _sweepAt)
        {
            Sweep(nowSeconds);
        }

        if (_expiries.ContainsKey(id))
        {
            return false;
        }

        _expiries.Add(id, expiresAt);
        return true;
    }

    private void Sweep(long nowSeconds)
    {
        foreach (var (id, expiresAt) in _expiries)
        {
            if (expiresAt < nowSeconds)
            {
                _expired.Add(id);
            }
        }

        foreach (var id in _expired)
        {
            _expiries.Remove(id);
        }

        _expired.Clear();
        _sweepAt = Math.Max(1024, _expiries.Count * 2);
    }
}
