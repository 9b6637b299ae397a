using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>A large frame, or one of a stream, that waits for room in a message transport. What no message can hold travels in pieces.</summary>
internal sealed class BulkFrame(OutgoingFrame frame, SendOptions options)
{
    private Transfer? _transfer;
    private OutputSegment? _piece;
    private bool _isSent;

    /// <summary>How the next message is to be sent.</summary>
    public SendOptions Options { get; private set; } = options;

    /// <summary>Whether the frame has its place in the order of a lane, and may not be overtaken in it.</summary>
    public bool IsInLane { get; } = options.Delivery.Delivery == RpcDelivery.Ordered;

    /// <summary>The lane, where it has its place in one; 0 elsewhere.</summary>
    public uint Lane { get; } = options.Delivery.Delivery == RpcDelivery.Ordered ? options.Delivery.Lane : 0;

    /// <summary>The bytes of the whole message: type and body of the frame.</summary>
    public int Total { get; } = frame.Length - FrameHeader.LengthSize;

    /// <summary>Whether it travels in pieces; from the first piece on.</summary>
    public bool HasBegun => _transfer is not null;

    public bool IsDone => _transfer?.IsDone ?? _isSent;

    /// <summary>The next message: the frame, or a piece of it; the same until <see cref="Sent"/>.</summary>
    public ReadOnlySpan<byte> Next(int maxMessageSize, ref ushort nextTransfer)
    {
        if (_transfer is null)
        {
            if (frame.Length - FrameHeader.LengthSize <= maxMessageSize)
            {
                return frame.Span.Slice(FrameHeader.LengthSize);
            }

            _transfer = new Transfer(frame);
            _transfer.Begin(nextTransfer);
            if (!IsInLane)
            {
                // The pieces are a lane of their own.
                Options = new SendOptions(new MessageOptions(RpcDelivery.Ordered, Lanes.OfTransfer(nextTransfer)));
            }

            nextTransfer++;
        }

        var piece = _piece ??= _transfer.Next(maxMessageSize - PieceFrame.FirstPrefixSize);
        return piece.Array.AsSpan(piece.Start + FrameHeader.LengthSize, piece.End - piece.Start - FrameHeader.LengthSize);
    }

    /// <summary>The transport has taken what <see cref="Next"/> gave.</summary>
    /// <returns>How many bytes of the frame that was.</returns>
    public int Sent()
    {
        if (_transfer is null)
        {
            _isSent = true;
            return frame.Length;
        }

        _piece = null;
        return _transfer.LastCharge;
    }

    /// <summary>Gives the memory back.</summary>
    public void Return()
    {
        if (_transfer is null)
        {
            frame.Buffer.Return();
        }
        else
        {
            _transfer.Return();
        }
    }
}
