using System.Buffers;
using System.Buffers.Binary;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>The queue: the list that is filled, and the transfers. All under <c>_gate</c>.</content>
internal sealed partial class StreamFrameSender
{
    /// <summary>Adds a frame to the queue. Under _gate.</summary>
    private void Append(OutgoingFrame frame, SendOptions options)
    {
        var length = frame.Length;
        _queuedBytes += length;
        var lane = options.Delivery.Delivery == RpcDelivery.Ordered ? options.Delivery.Lane : 0;
        if (length > PieceThreshold || options.Low || _transfers?.Holds(lane) == true)
        {
            (_transfers ??= new TransferQueue(_maxIncomplete)).Add(new Transfer(frame, options.Low, lane));
            return;
        }

        if (length > CopyLimit)
        {
            var end = frame.Buffer.End;
            _filling.Add(new OutputSegment { Array = frame.Buffer.Detach(), Start = frame.Start, End = end });
            return;
        }

        AppendCopy(frame.Span);
        frame.Buffer.Return();
    }

    private void AppendCopy(ReadOnlySpan<byte> frame)
    {
        var count = _filling.Count;
        if (count == 0 || !TryExtend(count - 1, frame.Length))
        {
            _filling.Add(new OutputSegment { Array = ArrayPool<byte>.Shared.Rent(count == 0 ? Math.Max(frame.Length, SmallSegment) : LargeSegment) });
            TryExtend(count, frame.Length);
        }

        var tail = _filling[_filling.Count - 1];
        frame.CopyTo(tail.Array.AsSpan(tail.End - frame.Length));
    }

    /// <summary>Makes room at the end of a segment. A small one becomes a large one: a copy of 4 KB costs far less than a write of its own.</summary>
    private bool TryExtend(int index, int length)
    {
        var segment = _filling[index];
        if (segment.Array.Length - segment.End < length)
        {
            if (segment.Start > 0 || segment.Array.Length >= LargeSegment)
            {
                return false;
            }

            var larger = ArrayPool<byte>.Shared.Rent(LargeSegment);
            segment.Array.AsSpan(0, segment.End).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(segment.Array);
            segment.Array = larger;
        }

        segment.End += length;
        _filling[index] = segment;
        return true;
    }

    /// <summary>Whether the caller has to flush what it added. Under _gate.</summary>
    private bool TakeFlush()
    {
        if (_flushing)
        {
            return false;
        }

        if (_drain.WillFlush)
        {
            _deferred = true;
            return false;
        }

        _flushing = true;
        return true;
    }

    /// <summary>Takes what was written off the queue. Under _gate.</summary>
    private void Settle()
    {
        if (_transfer is null)
        {
            // An acknowledgement was never queued.
            for (var i = 0; i < _inFlight.Count && !_isAck; i++)
            {
                _queuedBytes -= _inFlight[i].End - _inFlight[i].Start;
            }
        }
        else
        {
            _queuedBytes -= _transfer.LastCharge;
            if (_transfer.IsDone)
            {
                _transfers!.End(_transfer);
            }
        }

        _inFlight.Clear();
    }

    /// <summary>The calls whose requests are in the queue, untouched. Under _gate.</summary>
    private HashSet<int>? FindUnsent()
    {
        HashSet<int>? calls = null;
        foreach (var segment in _filling)
        {
            var frames = segment.Array.AsSpan(segment.Start, segment.End - segment.Start);
            while (!frames.IsEmpty)
            {
                var type = FrameHeader.Read(BinaryPrimitives.ReadUInt32LittleEndian(frames), out var length);
                if (type is FrameType.Request or FrameType.RequestExtended)
                {
                    (calls ??= []).Add(Wire.ReadCallId(frames.Slice(FrameHeader.Size)));
                }

                frames = frames.Slice(FrameHeader.Size + length);
            }
        }

        foreach (var transfer in _transfers?.Waiting ?? [])
        {
            var frame = transfer.Unsent;
            if ((FrameType)frame[0] is FrameType.Request or FrameType.RequestExtended)
            {
                (calls ??= []).Add(Wire.ReadCallId(frame.Slice(1)));
            }
        }

        return calls;
    }

    /// <summary>Returns all memory. Under _gate, by the flusher or when there is none.</summary>
    private void DropQueue()
    {
        if (_transfer is null)
        {
            for (; _index < _inFlight.Count; _index++)
            {
                ArrayPool<byte>.Shared.Return(_inFlight[_index].Array);
            }
        }

        foreach (var segment in _filling)
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
        }

        _inFlight.Clear();
        _filling.Clear();
        _transfers?.Clear();
        _index = 0;
        _transfer = null;
        _queuedBytes = 0;
        _piecesTaken = 0;
        _awaitsAck = false;
    }
}
