using System.Buffers;
using System.IO.Pipelines;
#if NET8_0_OR_GREATER
using System.Runtime.CompilerServices;
#endif
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>The reader's side.</content>
internal sealed partial class SessionTransport
{
    /// <summary>Reads from whatever connection carries the session; waits while none does.</summary>
    /// <remarks>One caller at a time. The connection that was read from last stays pinned until the next read, as its buffer is still in use.</remarks>
    private sealed class SessionReader : PipeReader
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

#if NET8_0_OR_GREATER
        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var (attachment, attached) = Move();
                if (attachment is null)
                {
                    await attached!.ConfigureAwait(false);
                    continue;
                }

                Exception loss;
                try
                {
                    var result = await attachment.Transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
                    if (!result.IsCompleted)
                    {
                        return result;
                    }

                    if (_session.IsClosing())
                    {
                        return result;
                    }

                    if (!attachment.SawEnd && !result.Buffer.IsEmpty)
                    {
                        // Whole frames before the end are taken first; what is left of one after that will come again.
                        attachment.SawEnd = true;
                        return new ReadResult(result.Buffer, isCanceled: false, isCompleted: false);
                    }

                    attachment.Transport.Input.AdvanceTo(result.Buffer.End);
                    loss = Gone();
                }
                catch (Exception e) when (IsLoss(e) && !cancellationToken.IsCancellationRequested)
                {
                    loss = e;
                }

                _session.Lose(attachment, loss);
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
