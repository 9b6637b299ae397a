using System.Buffers;
using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A connection that shows its reader one more byte with every read: each place at which a frame can be torn is met.</summary>
public sealed class OneByteAtATimeConnection(StreamTransportConnection inner) : FaultConnection(inner)
{
    private readonly Reader _input = new(inner.Input);

    public override PipeReader Input => _input;

    private sealed class Reader(PipeReader inner) : FaultPipeReader(inner)
    {
        private ReadOnlySequence<byte> _shown;
        private long _kept;

        public override bool TryRead(out ReadResult result)
        {
            if (!Inner.TryRead(out result))
            {
                return false;
            }

            if (TryShow(result, out var shown))
            {
                result = shown;
                return true;
            }

            Inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            return false;
        }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var result = await Inner.ReadAsync(cancellationToken);
                if (TryShow(result, out var shown))
                {
                    return shown;
                }

                Inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            _kept = _shown.Slice(consumed).Length;

            // What is hidden was not examined, whatever the reader has examined of the rest: the next read returns at once.
            Inner.AdvanceTo(consumed, consumed);
        }

        private bool TryShow(ReadResult result, out ReadResult shown)
        {
            var count = Math.Min(_kept + 1, result.Buffer.Length);
            _shown = result.Buffer.Slice(0, count);
            shown = new ReadResult(_shown, result.IsCanceled, result.IsCompleted && count == result.Buffer.Length);
            return count > _kept || result.IsCanceled || shown.IsCompleted;
        }
    }
}
