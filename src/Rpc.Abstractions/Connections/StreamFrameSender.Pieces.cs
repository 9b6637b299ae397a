using Rpc.Protocol;

namespace Rpc.Connections;

/// <content>Acknowledgements of pieces: the peer's open the window, this side's go out with whatever leaves next.</content>
internal sealed partial class StreamFrameSender
{
    private readonly TimeProvider? _acknowledged;
    private PieceWindow? _window;
    private int _piecesTaken;
    private bool _awaitsAck;

    public override void AcknowledgePieces(int bytes)
    {
        if (_acknowledged is null)
        {
            return;
        }

        var flush = false;
        lock (_gate)
        {
            if (_failure is null && _completing is null)
            {
                _piecesTaken += bytes;
                flush = TakeFlush();
            }
        }

        if (flush)
        {
            StartFlush(lazy: false);
        }
    }

    public override void OnPiecesAcknowledged(int bytes)
    {
        var flush = false;
        lock (_gate)
        {
            if (_window is null || !_window.TryAck(bytes, _acknowledged!.GetTimestamp()))
            {
                throw new ProtocolException($"The peer acknowledges {bytes} bytes of pieces, more than it was sent.");
            }

            if (_awaitsAck && _window.IsOpen)
            {
                _awaitsAck = false;
                flush = TakeFlush();
            }
        }

        if (flush)
        {
            StartFlush(lazy: false);
        }
    }

    /// <summary>The next piece, unless the window is closed; what ends the connection does not wait for it, as the peer may acknowledge nothing more. Under _gate.</summary>
    private Transfer? NextTransfer()
    {
        if (_transfers is not { IsEmpty: false })
        {
            return null;
        }

        if (_window is { IsOpen: false } && _completing is null && _failure is null)
        {
            _window.OnLimited();
            _awaitsAck = true;
            return null;
        }

        return _transfers.Next(low: _filling.Count == 0);
    }

    /// <summary>A piece, with the acknowledgement that is due before it, where there is room for it in the array. Under _gate.</summary>
    private OutputSegment TakePiece(Transfer transfer)
    {
        var piece = transfer.Next();
        if (_acknowledged is null)
        {
            return piece;
        }

        (_window ??= new PieceWindow(_acknowledged.TimestampFrequency)).OnSent(piece.End - piece.Start - FrameHeader.Size, _acknowledged.GetTimestamp());
        if (_piecesTaken > 0 && piece.Start >= PieceAckFrame.Size)
        {
            piece.Start -= PieceAckFrame.Size;
            PieceAckFrame.Write(piece.Array.AsSpan(piece.Start), _piecesTaken);
            _piecesTaken = 0;
        }

        return piece;
    }

    /// <summary>Puts the acknowledgement that is due behind what leaves next. Under _gate.</summary>
    private void AppendPieceAck()
    {
        Span<byte> frame = stackalloc byte[PieceAckFrame.Size];
        PieceAckFrame.Write(frame, _piecesTaken);
        _piecesTaken = 0;
        _queuedBytes += frame.Length;
        AppendCopy(frame);
    }
}
