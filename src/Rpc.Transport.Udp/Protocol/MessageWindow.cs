namespace Rpc.Transport.Udp.Protocol;

/// <summary>Which reliable messages are settled: all before <see cref="First"/>, and some of the 4096 from there on. The receiver's memory
/// against duplicates, and the sender's of what is acknowledged.</summary>
internal sealed class MessageWindow
{
    private readonly ulong[] _bits = new ulong[MessageFormat.Window / 64];

    /// <summary>The oldest message that is not settled.</summary>
    internal long First { get; private set; }

    internal bool Contains(long id) => id < First || (id < First + MessageFormat.Window && (Word(id) & Bit(id)) != 0);

    internal bool IsBeyond(long id) => id >= First + MessageFormat.Window;

    /// <summary>Settles a message that is within the window.</summary>
    internal void Add(long id)
    {
        Word(id) |= Bit(id);
        while ((Word(First) & Bit(First)) != 0)
        {
            Word(First) &= ~Bit(First);
            First++;
        }
    }

    /// <summary>The number, near the window, that ends with these 24 bits.</summary>
    internal long Expand(uint truncated) => PacketNumber.Expand(First, truncated, 24);

    private static ulong Bit(long id) => 1UL << (int)(id & 63);

    private ref ulong Word(long id) => ref _bits[(int)(id & (MessageFormat.Window - 1)) >> 6];
}
