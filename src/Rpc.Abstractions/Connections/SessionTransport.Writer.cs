using System.Buffers;
using System.IO.Pipelines;

namespace Rpc.Connections;

/// <content>The writer as a pipe, for whoever knows nothing of sessions.</content>
internal sealed partial class SessionTransport
{
    /// <summary>Writes copies; the frame sender goes past it and hands its segments over.</summary>
    private sealed class SessionWriter : PipeWriter
    {
        private readonly SessionTransport _session;
        private readonly ArrayBufferWriter<byte> _unflushed = new();

        public SessionWriter(SessionTransport session) => _session = session;

        public override void Advance(int bytes) => _unflushed.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => _unflushed.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _unflushed.GetSpan(sizeHint);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            var bytes = _unflushed.WrittenMemory.ToArray();
            _unflushed.Clear();
            return await _session.WriteAsync(new OutputSegment { Array = bytes, Start = 0, End = bytes.Length }, isLent: true).ConfigureAwait(false);
        }

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
            if (exception is not null)
            {
                _session.Abort();
            }
        }

        public override ValueTask CompleteAsync(Exception? exception = null)
        {
            if (exception is null)
            {
                return _session.CompleteAsync();
            }

            _session.Abort();
            return default;
        }
    }
}
