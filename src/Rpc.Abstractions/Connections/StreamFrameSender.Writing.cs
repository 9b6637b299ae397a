using System.Buffers;
using System.IO.Pipelines;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>The flusher: writes one list or piece after another.</content>
internal sealed partial class StreamFrameSender
{
    private void StartFlush(bool lazy)
    {
        if (lazy)
        {
            Queue();
        }
        else
        {
            Flush(inline: true);
        }
    }

    private void OnWritten()
    {
        try
        {
            Written(_write.GetResult());
        }
        catch (Exception e)
        {
            Broke(e);
            return;
        }

        Flush(inline: false);
    }

    private void Flush(bool inline)
    {
        try
        {
            for (var round = 0; ; round++)
            {
                while (_index < _inFlight.Count)
                {
                    var segment = _inFlight[_index];
                    var write = WriteAsync(segment).ConfigureAwait(false).GetAwaiter();
                    if (!write.IsCompleted)
                    {
                        _write = write;
                        write.UnsafeOnCompleted(_onWritten);
                        return;
                    }

                    Written(write.GetResult());
                }

                if (!Next())
                {
                    return;
                }

                if (inline && round == MaxInlineRounds)
                {
                    Queue();
                    return;
                }
            }
        }
        catch (Exception e)
        {
            Broke(e);
        }
    }

    private ValueTask<FlushResult> WriteAsync(OutputSegment segment)
    {
        if (_session is null)
        {
            return _output.WriteAsync(segment.Array.AsMemory(segment.Start, segment.End - segment.Start));
        }

        return _isAck ? _session.WriteAckAsync(segment) : _session.WriteAsync(segment, isLent: _transfer is not null);
    }

    private void Written(FlushResult result)
    {
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new TransportException(TransportError.ConnectionReset, "The peer no longer reads.");
        }

        var segment = _inFlight[_index];
        _index++;
        Volatile.Write(ref _completedWrites, _completedWrites + 1);
        Volatile.Write(ref _sentBytes, _sentBytes + segment.End - segment.Start);
        if (_transfer is not null)
        {
            if (_transfer.IsDone)
            {
                _transfer.Return();
            }
        }
        else
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
        }
    }

    /// <summary>Gives up what was written and takes what is to be written next; false gives up the role.</summary>
    private bool Next()
    {
        TaskCompletionSource<bool>? completing = null;
        var released = default(List<SendWaiter>);
        var more = true;
        lock (_gate)
        {
            Settle();
            _index = 0;
            _transfer = null;
            _isAck = false;
            _deferred = false;
            if (_failure is not null)
            {
                DropQueue();
            }

            while (_waiters?.TryDequeue(_queuedBytes) is { } waiter)
            {
                if (waiter.Frame is { } frame)
                {
                    Append(frame, waiter.Options);
                }

                (released ??= []).Add(waiter);
            }

            // A list, then a piece, then a list: pieces are not starved by small frames, a small frame waits for one piece at most.
            var hasRoom = _session is null || NextInSession();
            var transfer = hasRoom && !_isAck && (_filling.Count == 0 || _pieceDue) ? NextTransfer() : null;
            if (_isAck)
            {
                // The acknowledgement is all of this round.
            }
            else if (transfer is not null)
            {
                _pieceDue = false;
                _transfer = transfer;
                _inFlight.Add(TakePiece(transfer));
            }
            else if ((_filling.Count > 0 || _piecesTaken > 0) && hasRoom)
            {
                if (_piecesTaken > 0)
                {
                    AppendPieceAck();
                }

                (_filling, _inFlight) = (_inFlight, _filling);
                _pieceDue = true;
            }
            else
            {
                _flushing = false;
                more = false;
                completing = _failure is not null ? _idle : hasRoom ? _completing : null;
            }
        }

        completing?.TrySetResult(true);
        if (released is not null)
        {
            foreach (var waiter in released)
            {
                waiter.TrySetResult(true);
            }
        }

        return more;
    }

    /// <summary>In a session that outlives its connection: puts an acknowledgement that is due in flight. Under _gate.</summary>
    /// <returns>False when nothing else may be written now: more could not be kept to be sent again.</returns>
    private bool NextInSession()
    {
        // What is written anyway carries it, but for pieces, which have no room.
        if (_session!.IsAckDue && (_filling.Count == 0 || !_session.HasRoom) && _session.TryTakeAck(out var received))
        {
            var array = ArrayPool<byte>.Shared.Rent(SessionAckFrame.Size);
            SessionAckFrame.Write(array, received);
            _inFlight.Add(new OutputSegment { Array = array, Start = 0, End = SessionAckFrame.Size });
            _isAck = true;
        }

        return _session.HasRoom;
    }

    private void Broke(Exception exception)
    {
        Fail(new RpcException(RpcStatusCode.Unavailable, "The connection was lost.", exception));
        TaskCompletionSource<bool>? idle;
        lock (_gate)
        {
            DropQueue();
            _flushing = false;
            idle = _idle;
        }

        idle?.TrySetResult(true);
        _onFailure(exception);
    }
}
