namespace Rpc.Transport.Udp.Protocol;

/// <summary>The packets in flight, by number; and a few used-up ones, to be used again; the others go to all connections.</summary>
internal sealed class SentPackets
{
    private const int MaxPooled = 8;

    private readonly Stack<SentPacket> _pool = new();
    private SentPacket?[] _ring = new SentPacket?[8];

    /// <summary>The oldest number that may be in flight.</summary>
    internal long First { get; private set; }

    /// <summary>The number of the next packet.</summary>
    internal long Next { get; private set; }

    internal SentPacket? this[long number] => number < First || number >= Next ? null : _ring[Index(number)];

    internal SentPacket Rent() => _pool.Count > 0 ? _pool.Pop() : SharedPool<SentPacket>.Rent();

    internal void Return(SentPacket packet)
    {
        packet.Reset();
        if (_pool.Count < MaxPooled)
        {
            _pool.Push(packet);
        }
        else
        {
            SharedPool<SentPacket>.Return(packet);
        }
    }

    /// <summary>Adds the packet with the number <see cref="Next"/>; null when nothing needs to be known of it.</summary>
    internal void Add(SentPacket? packet)
    {
        if (Next - First == _ring.Length)
        {
            Grow();
        }

        _ring[Index(Next++)] = packet;
        Advance();
    }

    /// <summary>Takes a packet out; it stays the caller's to return.</summary>
    internal void Remove(long number)
    {
        _ring[Index(number)] = null;
        Advance();
    }

    private void Advance()
    {
        while (First < Next && _ring[Index(First)] is null)
        {
            First++;
        }
    }

    private void Grow()
    {
        var ring = new SentPacket?[_ring.Length * 2];
        for (var number = First; number < Next; number++)
        {
            ring[number & (ring.Length - 1)] = _ring[Index(number)];
        }

        _ring = ring;
    }

    private int Index(long number) => (int)(number & (_ring.Length - 1));
}
