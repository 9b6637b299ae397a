using System.IO.Pipelines;
#if NET8_0_OR_GREATER
using System.Runtime.CompilerServices;
#endif

namespace Rpc.Transports;

/// <summary>The reading end of an <see cref="InProcessPipe"/>.</summary>
internal sealed class InProcessPipeReader(InProcessConnection connection, InProcessPipe pipe) : PipeReader
{
    private readonly PipeReader _reader = pipe.Reader;

    public override bool TryRead(out ReadResult result)
    {
        pipe.ThrowIfReaderBroken();
        if (!_reader.TryRead(out result))
        {
            return false;
        }

        if (result.IsCanceled)
        {
            pipe.ThrowIfReaderBroken();
        }

        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        pipe.ThrowIfReaderBroken();
        var read = _reader.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Check(read.Result)) : AwaitAsync(read);
    }

    public override void AdvanceTo(SequencePosition consumed) => _reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => _reader.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            connection.Abort();
        }

        _reader.Complete();
    }

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) => Check(await read.ConfigureAwait(false));

    // A break arrives as a cancellation; one that the reader asked for himself passes.
    private ReadResult Check(ReadResult result)
    {
        if (result.IsCanceled)
        {
            pipe.ThrowIfReaderBroken();
        }

        return result;
    }
}
