namespace Rpc.Transport.Udp.Protocol;

/// <summary>The packets to be reported as refused. A report is a hint: one that does not arrive, or finds no room here, leaves the packet to be taken for lost.</summary>
internal sealed class RefusedPackets
{
    private const int Capacity = 32;
    private const int MaxFrameSize = 9;

    private long[] _numbers = [];
    private int _count;

    internal bool IsDue => _count > 0;

    internal void Add(long number)
    {
        if (_numbers.Length == 0)
        {
            _numbers = new long[Capacity];
        }

        if (_count < Capacity)
        {
            _numbers[_count++] = number;
        }
    }

    /// <summary>Writes a frame for each that there is room for; the others wait for the next packet.</summary>
    internal void Write(ref PacketWriter writer)
    {
        while (_count > 0 && writer.Remaining >= MaxFrameSize)
        {
            writer.Byte(Frame.Refused);
            writer.Variable(_numbers[--_count]);
        }
    }
}
