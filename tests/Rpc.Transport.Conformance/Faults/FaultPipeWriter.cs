using System.Buffers;
using System.IO.Pipelines;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A writer whose bytes all pass one method, which a fault overrides.</summary>
internal abstract class FaultPipeWriter(PipeWriter inner) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _unflushed = new();

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed.WrittenCount;

    protected PipeWriter Inner { get; } = inner;

    public override void Advance(int bytes) => _unflushed.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _unflushed.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _unflushed.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => WriteAsync(default, cancellationToken);

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_unflushed.WrittenCount == 0)
        {
            return await SendAsync(source, cancellationToken);
        }

        _unflushed.Write(source.Span);
        var result = await SendAsync(_unflushed.WrittenMemory, cancellationToken);
        _unflushed.ResetWrittenCount();
        return result;
    }

    public override void CancelPendingFlush() => Inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => Inner.Complete(exception);

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (exception is null && _unflushed.WrittenCount > 0)
        {
            await FlushAsync();
        }

        await Inner.CompleteAsync(exception);
    }

    /// <summary>Sends bytes, or does with them what the fault does.</summary>
    protected abstract ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}
