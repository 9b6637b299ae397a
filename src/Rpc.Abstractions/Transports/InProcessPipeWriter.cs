using System.IO.Pipelines;
#if NET8_0_OR_GREATER
using System.Runtime.CompilerServices;
#endif

namespace Rpc.Transports;

/// <summary>The writing end of an <see cref="InProcessPipe"/>.</summary>
internal sealed class InProcessPipeWriter(InProcessConnection connection, InProcessPipe pipe) : PipeWriter
{
    private readonly PipeWriter _writer = pipe.Writer;

    public override bool CanGetUnflushedBytes => _writer.CanGetUnflushedBytes;

    public override long UnflushedBytes => _writer.UnflushedBytes;

    /// <summary>Whether the writer completed without an error: everything written is the reader's to have.</summary>
    internal bool IsCompletedGracefully { get; private set; }

    public override void Advance(int bytes) => _writer.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _writer.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        pipe.ThrowIfWriterBroken();
        var flush = _writer.FlushAsync(cancellationToken);
        return flush.IsCompletedSuccessfully ? new ValueTask<FlushResult>(Check(flush.Result)) : AwaitAsync(flush);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        pipe.ThrowIfWriterBroken();
        if (source.Length > InProcessPipe.PauseThreshold)
        {
            return WriteInPiecesAsync(source, cancellationToken);
        }

        var flush = _writer.WriteAsync(source, cancellationToken);
        return flush.IsCompletedSuccessfully ? new ValueTask<FlushResult>(Check(flush.Result)) : AwaitAsync(flush);
    }

    public override void CancelPendingFlush() => _writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        if (exception is null)
        {
            IsCompletedGracefully = true;
        }
        else
        {
            connection.Abort();
        }

        _writer.Complete();
    }

    // A pipe copies all that it is given before it looks at its threshold; pieces keep what it holds bounded.
    private async ValueTask<FlushResult> WriteInPiecesAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        while (true)
        {
            var piece = source[..Math.Min(source.Length, InProcessPipe.PauseThreshold / 2)];
            source = source[piece.Length..];
            var result = Check(await _writer.WriteAsync(piece, cancellationToken).ConfigureAwait(false));
            if (source.IsEmpty || result.IsCompleted)
            {
                return result;
            }
        }
    }

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private async ValueTask<FlushResult> AwaitAsync(ValueTask<FlushResult> flush) => Check(await flush.ConfigureAwait(false));

    private FlushResult Check(FlushResult result)
    {
        if (result.IsCanceled)
        {
            pipe.ThrowIfWriterBroken();
        }

        return result;
    }
}
