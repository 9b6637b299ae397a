using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>A frame that waits for room in the queue, or somebody who waits for the room alone.</summary>
internal sealed class SendWaiter : TaskCompletionSource<bool>
{
    private int _taken;

    public SendWaiter(OutgoingFrame? frame, SendOptions options, long limit)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        Frame = frame;
        Options = options;
        Limit = limit;
    }

    public OutgoingFrame? Frame { get; }

    public SendOptions Options { get; }

    public long Limit { get; }

    /// <summary>Decides between the queue, cancellation and failure; true for the first to ask.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    /// <summary>Waits until the frame was queued; a wait that is cancelled takes the frame back.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        using (cancellationToken.RegisterUnsafe(
            static state =>
            {
                var waiter = (SendWaiter)state!;
                if (waiter.TryTake())
                {
                    waiter.Frame?.Buffer.Return();
                    waiter.TrySetCanceled();
                }
            },
            this))
        {
            try
            {
                await Task.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }
}
