using System.IO.Pipelines;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A reader that passes everything on; a fault overrides what it disturbs.</summary>
internal abstract class FaultPipeReader(PipeReader inner) : PipeReader
{
    protected PipeReader Inner { get; } = inner;

    public override bool TryRead(out ReadResult result) => Inner.TryRead(out result);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Inner.ReadAsync(cancellationToken);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => Inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => Inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => Inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => Inner.CompleteAsync(exception);
}
