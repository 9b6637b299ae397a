using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A connection that can lose its peer without either side being told, as when a cable is pulled: what is sent vanishes, nothing arrives,
/// no end and no error. It does not come back.</summary>
public sealed class HalfOpenConnection : FaultConnection
{
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Reader _input;
    private readonly Writer _output;

    public HalfOpenConnection(StreamTransportConnection inner)
        : base(inner)
    {
        _input = new Reader(inner.Input, _lost.Token, _ended.Token);
        _output = new Writer(inner.Output, _lost.Token);
    }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    /// <summary>Pulls the cable.</summary>
    public void Lose() => _lost.Cancel();

    public override void Abort()
    {
        _ended.Cancel();
        Inner.Abort();
    }

    public override ValueTask DisposeAsync()
    {
        _ended.Cancel();
        return base.DisposeAsync();
    }

    private sealed class Reader(PipeReader inner, CancellationToken lost, CancellationToken ended) : FaultPipeReader(inner)
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource? _cancel;
        private bool _isCancelRequested;

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return !lost.IsCancellationRequested && Inner.TryRead(out result);
        }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (!lost.IsCancellationRequested)
            {
                using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost);
                try
                {
                    var result = await Inner.ReadAsync(linked.Token);
                    if (!lost.IsCancellationRequested)
                    {
                        return result;
                    }

                    // It came after the loss: it never came.
                    Inner.AdvanceTo(result.Buffer.End);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    // Lost while it waited.
                }
                catch (TransportException) when (lost.IsCancellationRequested)
                {
                    // The end of the peer does not show either.
                }
            }

            return await WaitForeverAsync(cancellationToken);
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (!lost.IsCancellationRequested)
            {
                Inner.AdvanceTo(consumed, examined);
            }
        }

        public override void CancelPendingRead()
        {
            Inner.CancelPendingRead();
            lock (_gate)
            {
                _isCancelRequested = true;
                _cancel?.TrySetResult();
            }
        }

        private async ValueTask<ReadResult> WaitForeverAsync(CancellationToken cancellationToken)
        {
            Task cancel;
            lock (_gate)
            {
                _cancel = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                cancel = _isCancelRequested ? Task.CompletedTask : _cancel.Task;
            }

            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, ended);
            try
            {
                await cancel.WaitAsync(linked.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TransportException(TransportError.ConnectionAborted, "This side cut the connection.");
            }

            _isCancelRequested = false;
            return new ReadResult(default, isCanceled: true, isCompleted: false);
        }
    }

    private sealed class Writer(PipeWriter inner, CancellationToken lost) : FaultPipeWriter(inner)
    {
        protected override async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            lost.IsCancellationRequested ? default : await Inner.WriteAsync(bytes, cancellationToken);

        public override async ValueTask CompleteAsync(Exception? exception = null)
        {
            if (!lost.IsCancellationRequested)
            {
                await base.CompleteAsync(exception);
            }
        }
    }
}
