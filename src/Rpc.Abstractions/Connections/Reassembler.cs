using System.Buffers;
using System.Buffers.Binary;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>Puts large frames together from their pieces. Used by the reader alone.</summary>
/// <remarks>Memory grows with the bytes that have arrived, never with the length that was announced.</remarks>
internal sealed class Reassembler : IDisposable
{
    private sealed class Partial
    {
        public byte[] Array = [];
        public int Length;
        public int Total;
    }

    private readonly Dictionary<ushort, Partial> _transfers = [];
    private readonly int _maxFrame;
    private readonly long _maxBytes;
    private long _bytes;

    /// <param name="maxFrame">The longest frame.</param>
    /// <param name="maxBytes">The most bytes incomplete at once.</param>
    public Reassembler(int maxFrame, long maxBytes)
    {
        _maxFrame = maxFrame;
        _maxBytes = maxBytes;
    }

    /// <summary>Takes a piece, and owns it.</summary>
    /// <returns>True with the whole frame, whose first byte is its type, when this was the last.</returns>
    /// <exception cref="ProtocolException">The piece does not fit.</exception>
    public bool TryComplete(FramePayload piece, out FramePayload frame)
    {
        try
        {
            return Add(piece.Span, out frame);
        }
        finally
        {
            piece.Release();
        }
    }

    public void Dispose()
    {
        foreach (var transfer in _transfers.Values)
        {
            ArrayPool<byte>.Shared.Return(transfer.Array);
        }

        _transfers.Clear();
    }

    private bool Add(ReadOnlySpan<byte> body, out FramePayload frame)
    {
        frame = default;
        if (body.Length < 3)
        {
            throw new ProtocolException("A piece is too short.");
        }

        var id = BinaryPrimitives.ReadUInt16LittleEndian(body);
        var flags = body[2];
        body = body.Slice(3);
        if ((flags & PieceFrame.First) != 0)
        {
            body = Begin(id, body);
        }

        if (!_transfers.TryGetValue(id, out var partial))
        {
            throw new ProtocolException($"A piece of transfer {id} arrived without its first.");
        }

        var last = (flags & PieceFrame.Last) != 0;
        if (body.Length > partial.Total - partial.Length || body.Length == 0 || last != (partial.Length + body.Length == partial.Total))
        {
            throw new ProtocolException($"The pieces of transfer {id} do not add up to {partial.Total} bytes.");
        }

        if (_bytes + body.Length > _maxBytes)
        {
            throw new ProtocolException($"More than {_maxBytes} bytes of frames in pieces are incomplete.", RpcCloseReason.ResourceExhausted);
        }

        _bytes += body.Length;
        Append(partial, body);
        if (!last)
        {
            return false;
        }

        _transfers.Remove(id);
        _bytes -= partial.Total;
        frame = new FramePayload(ReceiveBlock.Wrap(partial.Array), 0, partial.Total);
        return true;
    }

    private ReadOnlySpan<byte> Begin(ushort id, ReadOnlySpan<byte> body)
    {
        if (body.Length < 4 || _transfers.ContainsKey(id))
        {
            throw new ProtocolException($"The first piece of transfer {id} is not one.");
        }

        var total = BinaryPrimitives.ReadInt32LittleEndian(body);
        if (total <= 0 || total > (long)_maxFrame + FrameHeader.Size)
        {
            throw new ProtocolException($"A frame of {(uint)total} bytes was announced, more than the limit of {_maxFrame}.");
        }

        _transfers.Add(id, new Partial { Total = total });
        return body.Slice(4);
    }

    private static void Append(Partial partial, ReadOnlySpan<byte> body)
    {
        var needed = partial.Length + body.Length;
        if (needed > partial.Array.Length)
        {
            var grown = ArrayPool<byte>.Shared.Rent((int)Math.Min(partial.Total, Math.Max(needed, partial.Array.Length * 2L)));
            partial.Array.AsSpan(0, partial.Length).CopyTo(grown);
            if (partial.Array.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(partial.Array);
            }

            partial.Array = grown;
        }

        body.CopyTo(partial.Array.AsSpan(partial.Length));
        partial.Length = needed;
    }
}
