using System.IO.Pipelines;
#if NET8_0_OR_GREATER
using System.Runtime.CompilerServices;
#endif
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>The writer's side.</content>
internal sealed partial class SessionTransport
{
    /// <summary>Segments above this size (bytes) are copied before the gate is taken, which the reader takes for every read: a copy of 64 KB takes 3 to 10 µs.</summary>
    private const int CopyBefore = 8 * 1024;

    /// <summary>Writes a segment, and keeps a copy until the peer has it. A lost connection is no failure: the next one carries on. One caller at a time.</summary>
    /// <param name="segment">Whole frames.</param>
    /// <param name="isLent">Whether the caller needs what is behind the segment in its array; otherwise an acknowledgement may be put there.</param>
    /// <exception cref="TransportException">The session is over.</exception>
    public ValueTask<FlushResult> WriteAsync(OutputSegment segment, bool isLent)
    {
        SessionAttachment? attachment;
        var bytes = segment.Array.AsMemory(segment.Start, segment.End - segment.Start);
        var copy = bytes.Length > CopyBefore ? ReplayChain.Copy(bytes.Span) : default;
        lock (_gate)
        {
            if (_ended is not null)
            {
                copy.Return();
                throw Ended(_ended);
            }

            if (copy.Head is null)
            {
                _replay.Append(bytes.Span);
            }
            else
            {
                _replay.Append(copy);
            }

            attachment = _writing;
            if (attachment is null)
            {
                return default;
            }

            attachment.Pin();
            var hasRoomBehind = !isLent && segment.Array.Length - segment.End >= SessionAckFrame.Size;
            if (hasRoomBehind && (_ackDue || _received - _ackSent >= AckBeside) && TryCountAck(beside: true))
            {
                // It leaves with the segment, and is not kept with it.
                SessionAckFrame.Write(segment.Array.AsSpan(segment.End), _received);
                bytes = segment.Array.AsMemory(segment.Start, bytes.Length + SessionAckFrame.Size);
            }
        }

        return SendAsync(attachment, bytes);
    }

    /// <summary>Writes an acknowledgement, which is not kept.</summary>
    /// <exception cref="TransportException">The session is over.</exception>
    public ValueTask<FlushResult> WriteAckAsync(OutputSegment segment)
    {
        SessionAttachment? attachment;
        lock (_gate)
        {
            ThrowIfEnded();
            attachment = _writing;
            if (attachment is null)
            {
                return default;
            }

            attachment.Pin();
        }

        return SendAsync(attachment, segment.Array.AsMemory(segment.Start, segment.End - segment.Start));
    }

    /// <summary>Ends the stream to the peer after what was written.</summary>
    private async ValueTask CompleteAsync()
    {
        SessionAttachment? attachment;
        lock (_gate)
        {
            _closing = _completing = true;
            attachment = _writing;
            if (attachment is null)
            {
                // Whoever sends again what was lost does it at the end, if there is one.
                return;
            }

            attachment.Pin();
        }

        try
        {
            await attachment.Transport.Output.CompleteAsync().ConfigureAwait(false);
        }
        finally
        {
            Unpin(attachment);
        }
    }

    private ValueTask<FlushResult> SendAsync(SessionAttachment attachment, ReadOnlyMemory<byte> bytes)
    {
        ValueTask<FlushResult> write;
        try
        {
            write = attachment.Transport.Output.WriteAsync(bytes, CancellationToken.None);
        }
        catch (Exception e) when (IsLoss(e))
        {
            Written(attachment, e);
            return default;
        }

        if (!write.IsCompletedSuccessfully)
        {
            return AwaitAsync(write, attachment);
        }

        var result = write.Result;
        Written(attachment, result.IsCompleted || result.IsCanceled ? Gone() : null);
        return default;
    }

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private async ValueTask<FlushResult> AwaitAsync(ValueTask<FlushResult> write, SessionAttachment attachment)
    {
        Exception? loss = null;
        try
        {
            var result = await write.ConfigureAwait(false);
            loss = result.IsCompleted || result.IsCanceled ? Gone() : null;
        }
        catch (Exception e) when (IsLoss(e))
        {
            loss = e;
        }

        Written(attachment, loss);
        return default;
    }

    private void Written(SessionAttachment attachment, Exception? loss, ReplayBlock? block = null)
    {
        bool isFree;
        lock (_gate)
        {
            if (block is not null)
            {
                ReplayBuffer.Unpin(block);
            }

            isFree = attachment.Unpin();
        }

        if (isFree)
        {
            _ = attachment.DisposeAsync();
        }

        if (loss is not null)
        {
            Lose(attachment, loss);
        }
    }

    /// <summary>Sends again what the peer has not received, then lets the writer go on.</summary>
    private async Task ReplayAsync(SessionAttachment attachment)
    {
        var position = 0L;
        try
        {
            while (TryTakeReplay(attachment, ref position, out var bytes, out var block))
            {
                var loss = false;
                try
                {
                    var result = await attachment.Transport.Output.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
                    loss = result.IsCompleted || result.IsCanceled;
                }
                finally
                {
                    Written(attachment, loss ? Gone() : null, block);
                }

                if (loss)
                {
                    return;
                }

                position += bytes.Length;
            }
        }
        catch (Exception e) when (IsLoss(e))
        {
            Lose(attachment, e);
            return;
        }

        bool isCurrent;
        bool completing;
        lock (_gate)
        {
            isCurrent = ReferenceEquals(_writing, attachment);
            completing = _completing;
        }

        if (!isCurrent)
        {
            return;
        }

        _host?.OnResumed();
        _host?.OnWriterDue();
        if (completing)
        {
            try
            {
                await CompleteAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (IsLoss(e))
            {
                Lose(attachment, e);
            }
        }
    }

    /// <summary>Takes what is to be sent again next; when there is no more the writer is let go on.</summary>
    private bool TryTakeReplay(SessionAttachment attachment, ref long position, out ReadOnlyMemory<byte> bytes, out ReplayBlock? block)
    {
        lock (_gate)
        {
            bytes = default;
            block = null;
            if (attachment.IsRetired)
            {
                return false;
            }

            position = Math.Max(position, _replay.Acked);
            if (position == _replay.Sent)
            {
                _writing = attachment;
                _host?.OnInterruptionChanged(null);
                return false;
            }

            bytes = _replay.Pin(position, out block);
            attachment.Pin();
            return true;
        }
    }

    /// <summary>Under the gate.</summary>
    private void ThrowIfEnded()
    {
        if (_ended is not null)
        {
            throw Ended(_ended);
        }
    }

    /// <summary>An exception for one caller.</summary>
    private static TransportException Ended(TransportException ended) => new(ended.Error, ended.Message, ended);
}
