using System.Buffers;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>A message of which some fragments have arrived.</summary>
internal sealed class Reassembly(int length)
{
    private readonly bool[] _has = new bool[(length + MessageFormat.FragmentSize - 1) / MessageFormat.FragmentSize];
    private int _missing = (length + MessageFormat.FragmentSize - 1) / MessageFormat.FragmentSize;

    internal int Length => length;

    internal byte[] Buffer { get; } = ArrayPool<byte>.Shared.Rent(length);

    internal bool IsComplete => _missing == 0;

    /// <summary>The bytes of a fragment of a message of this length; -1 when there is no such fragment.</summary>
    internal static int SizeOf(long length, long index)
    {
        var offset = index * MessageFormat.FragmentSize;
        return offset < 0 || offset >= length ? -1 : (int)Math.Min(MessageFormat.FragmentSize, length - offset);
    }

    internal void Add(int index, ReadOnlySpan<byte> bytes)
    {
        if (!_has[index])
        {
            _has[index] = true;
            _missing--;
            bytes.CopyTo(Buffer.AsSpan(index * MessageFormat.FragmentSize));
        }
    }
}
