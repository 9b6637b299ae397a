using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp.Internal;

/// <summary>Gathers datagrams of one length, the last of which may be shorter: what systems send in one call. Runs follow one another.</summary>
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

    /// <summary>Begins, with the buffer of the thread: one at a time.</summary>
    internal DatagramRun(IDatagramSender sender)
    {
        _sender = sender;
        _buffer = t_buffer ??= new byte[MaxSize];
        (_start, _end, _count, _size) = (0, 0, 0, 0);
    }

    /// <summary>Room for the next datagram.</summary>
    internal Span<byte> Next()
    {
        if (_count == MaxCount || _buffer.Length - _end < Packet.LargestSize)
        {
            Send();
        }

        return _buffer.AsSpan(_end, Packet.LargestSize);
    }

    /// <summary>A datagram was written where <see cref="Next"/> said.</summary>
    internal void Add(int length)
    {
        if (_count > 0 && length > _size)
        {
            // Too long for this run: the first of another one.
            _sender.Send(_buffer.AsSpan(_start, _end - _start), _size);
            _start = _end;
            _count = 0;
        }

        _size = _count == 0 ? length : _size;
        _end += length;
        _count++;
        if (length < _size)
        {
            Send();
        }
    }

    /// <summary>Sends what is left.</summary>
    internal void Send()
    {
        if (_count > 0)
        {
            _sender.Send(_buffer.AsSpan(_start, _end - _start), _size);
        }

        (_start, _end, _count) = (0, 0, 0);
    }
}
