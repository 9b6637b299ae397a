using System.Buffers;
using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>The reader's side.</content>
internal sealed partial class SessionTransport
{
    /// <summary>Reads from whatever connection carries the session; waits while none does.</summary>
    /// <remarks>One caller at a time. The connection that was read from last stays pinned until the next read, as its buffer is still in use.</remarks>
    internal sealed class SessionReader : PipeReader
    {
        private readonly SessionTransport _session;
        private SessionAttachment? _at;

        public SessionReader(SessionTransport session) => _session = session;

        /// <summary>Whether what was read last came by a connection. Under the gate.</summary>
        public bool IsAt(SessionAttachment? attachment) => attachment is not null && ReferenceEquals(_at, attachment);

        /// <summary>Gives up the connection that was read from. Under the gate.</summary>
        /// <returns>The connection, if its disposal is due.</returns>
        public SessionAttachment? Leave()
        {
            var at = _at;
            _at = null;
            return at is not null && at.Unpin() ? at : null;
        }

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return false;
        }

        /// <summary>Begins a read whose outcome goes through <see cref="TryAccept"/> or <see cref="TryRecover"/>. No state machine lies between the transport and the frame
        /// reader while a connection carries the session.</summary>
        public ValueTask<ReadResult> BeginRead(CancellationToken cancellationToken)
        {
            if (_at is { } at && ReferenceEquals(Volatile.Read(ref _session._reading), at))
            {
                try
                {
                    return at.Transport.Input.ReadAsync(cancellationToken);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested && TryRecover(e))
                {
                    // The next connection is read from.
                }
            }

            return MoveAndReadAsync(cancellationToken);
        }

        /// <summary>Looks at what was read.</summary>
        /// <returns>False when the connection has ended and the session has not: nothing was read, and the next read is to begin.</returns>
        public bool TryAccept(ref ReadResult result)
        {
            if (!result.IsCompleted || _session.IsClosing() || _at is not { } at)
            {
                // Without a connection the session was disposed of just now.
                return true;
            }

            if (!at.SawEnd && !result.Buffer.IsEmpty)
            {
                // Whole frames before the end are taken first; what is left of one after that will come again.
                at.SawEnd = true;
                result = new ReadResult(result.Buffer, isCanceled: false, isCompleted: false);
                return true;
            }

            at.Transport.Input.AdvanceTo(result.Buffer.End);
            _session.Lose(at, Gone());
            return false;
        }

        /// <summary>Looks at why a read failed.</summary>
        /// <returns>True when the connection is lost and the session goes on, or has an end of its own to tell: the next read is to begin.</returns>
        public bool TryRecover(Exception e)
        {
            if (_at is not { } at || !IsLoss(e))
            {
                return false;
            }

            _session.Lose(at, e);
            return true;
        }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var result = await BeginRead(cancellationToken).ConfigureAwait(false);
                    if (TryAccept(ref result))
                    {
                        return result;
                    }
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested && TryRecover(e))
                {
                    // The next connection is read from.
                }
            }
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _at!.Transport.Input.AdvanceTo(consumed, examined);

        public override void CancelPendingRead()
        {
            lock (_session._gate)
            {
                _at?.Transport.Input.CancelPendingRead();
            }
        }

        public override void Complete(Exception? exception = null)
        {
            if (exception is not null)
            {
                _session.Abort();
            }
        }

        private async ValueTask<ReadResult> MoveAndReadAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                var (attachment, attached) = Move();
                if (attachment is not null)
                {
                    return await attachment.Transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
                }

                await attached!.ConfigureAwait(false);
            }
        }

        /// <summary>The connection to read from, or what to wait for when there is none.</summary>
        private (SessionAttachment? Attachment, Task? Attached) Move()
        {
            SessionAttachment? free = null;
            SessionAttachment? reading;
            Task? attached = null;
            TransportException? ended = null;
            lock (_session._gate)
            {
                reading = _session._reading;
                if (!ReferenceEquals(_at, reading))
                {
                    free = _at is { } left && left.Unpin() ? left : null;
                    _at = reading;
                    reading?.Pin();
                }

                if (reading is null)
                {
                    ended = _session._ended;
                    attached = (_session._attached ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }

            _ = free?.DisposeAsync();
            return ended is null ? (reading, attached) : throw Ended(ended);
        }
    }
}
