namespace Rpc.Transport.Udp.Protocol;

/// <summary>Gives each sequenced lane a slot, and numbers what is sent in it. When all slots are taken, lanes share: then a message may also be
/// overtaken by one of another lane, which its mode permits.</summary>
internal sealed class SequenceSlots
{
    private readonly Dictionary<uint, byte> _slots = [];
    private ushort[] _next = [];

    internal (byte Slot, ushort Sequence) Next(uint lane)
    {
        if (!_slots.TryGetValue(lane, out var slot))
        {
            slot = _slots.Count < MessageFormat.Slots ? (byte)_slots.Count : (byte)(lane ^ (lane >> 8) ^ (lane >> 16) ^ (lane >> 24));
            if (_slots.Count < MessageFormat.Slots)
            {
                _slots[lane] = slot;
            }
        }

        if (slot >= _next.Length)
        {
            Array.Resize(ref _next, Math.Max(8, slot + 1));
        }

        return (slot, ++_next[slot]);
    }

    /// <summary>Whether nothing newer was sent in the slot.</summary>
    internal bool IsNewest(byte slot, ushort sequence) => _next[slot] == sequence;
}
