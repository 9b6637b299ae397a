namespace Rpc.Transport.Udp.Protocol;

/// <summary>Lets a sequenced message pass if nothing as new or newer passed in its slot.</summary>
internal sealed class SequenceFilter
{
    private ushort[] _newest = [];
    private bool[] _isUsed = [];

    internal bool Pass(byte slot, ushort sequence)
    {
        if (slot >= _newest.Length)
        {
            var size = slot < 8 ? 8 : MessageFormat.Slots;
            Array.Resize(ref _newest, size);
            Array.Resize(ref _isUsed, size);
        }

        // Newer: less than half the circle ahead (RFC 1982).
        if (_isUsed[slot] && (short)(sequence - _newest[slot]) <= 0)
        {
            return false;
        }

        _newest[slot] = sequence;
        _isUsed[slot] = true;
        return true;
    }
}
