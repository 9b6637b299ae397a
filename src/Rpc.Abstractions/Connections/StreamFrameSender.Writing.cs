using System.Buffers;
using System.IO.Pipelines;
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
                    var write = _output.WriteAsync(segment.Array.AsMemory(segment.Start, segment.End - segment.Start)).ConfigureAwait(false).GetAwaiter();
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
        if (_transfer is null)
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
        }
        else if (_transfer.IsDone)
        {
            _transfer.Return();
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
            var transfer = _filling.Count == 0 || _pieceDue ? NextTransfer(low: _filling.Count == 0) : null;
            if (transfer is not null)
            {
                _pieceDue = false;
                _transfer = transfer;
                _inFlight.Add(transfer.Next());
            }
            else if (_filling.Count > 0)
            {
                (_filling, _inFlight) = (_inFlight, _filling);
                _pieceDue = true;
            }
            else
            {
                _flushing = false;
                more = false;
                completing = _failure is null ? _completing : _idle;
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
