using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp.Internal;

/// <summary>Gathers datagrams in a buffer and sends them in runs of one length, the last of a run may be shorter: what systems send in one call.</summary>
internal ref struct DatagramRun
{
    /// <summary>The datagrams at most: UDP_MAX_SEGMENTS of the first Linux versions that have it.</summary>
    internal const int MaxCount = 64;

    /// <summary>The bytes at most: what one IP packet may carry, less the longest headers.</summary>
    internal const int MaxSize = 65_000;

    [ThreadStatic]
    private static byte[]? t_buffer;

    private readonly IDatagramSender _sender;
    private readonly byte[] _buffer;
    private int _start;
    private int _end;
    private int _count;
    private int _size;
    private bool _isEnded;

    /// <summary>Begins, with the buffer of the thread: one at a time.</summary>
    internal DatagramRun(IDatagramSender sender)
    {
        _sender = sender;
        _buffer = t_buffer ??= new byte[MaxSize];
        (_start, _end, _count, _size, _isEnded) = (0, 0, 0, 0, false);
    }

    /// <summary>Room for the next datagram.</summary>
    internal readonly Span<byte> Next => _buffer.AsSpan(_end, Packet.LargestSize);

    /// <summary>A datagram was written to <see cref="Next"/>.</summary>
    /// <returns>Whether it was the last for which there was room; <see cref="Send"/> is due.</returns>
    internal bool Add(int length)
    {
        if (_end > _start && (length > _size || _isEnded))
        {
            // Does not fit into this run: the first of another one.
            Send();
        }

        if (_end == _start)
        {
            (_size, _isEnded) = (length, false);
        }

        _end += length;
        _isEnded |= length < _size;
        return ++_count == MaxCount || _buffer.Length - _end < Packet.LargestSize;
    }

    /// <summary>Sends what is left.</summary>
    internal void Send()
    {
        if (_end > _start)
        {
            _sender.Send(_buffer.AsSpan(_start, _end - _start), _size);
        }

        _start = _end;
    }
}
