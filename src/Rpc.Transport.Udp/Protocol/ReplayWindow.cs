namespace Rpc.Transport.Udp.Protocol;

/// <summary>Remembers which of the newest 1024 packet numbers were received; older ones count as received.</summary>
internal sealed class ReplayWindow
{
    internal const int Size = 1024;

    private readonly ulong[] _bits = new ulong[Size / 64];

    /// <summary>The largest number received; -1 before the first.</summary>
    internal long Largest { get; private set; } = -1;

    internal bool Contains(long number) => number <= Largest && (number <= Largest - Size || (Word(number) & Bit(number)) != 0);

    /// <summary>Adds a number that is not contained. Only after the packet was authenticated.</summary>
    internal void Add(long number)
    {
        if (number > Largest)
        {
            if (number - Largest >= Size)
            {
                Array.Clear(_bits, 0, _bits.Length);
            }
            else
            {
                for (var i = Largest + 1; i < number; i++)
                {
                    Word(i) &= ~Bit(i);
                }
            }

            Largest = number;
        }

        Word(number) |= Bit(number);
    }

    private static ulong Bit(long number) => 1UL << (int)(number & 63);

    private ref ulong Word(long number) => ref _bits[(int)(number & (Size - 1)) >> 6];
}
