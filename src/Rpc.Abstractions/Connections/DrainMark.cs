namespace Rpc.Connections;

/// <summary>Tells when everything before it has been started.</summary>
internal sealed class DrainMark : Work
{
    private readonly TaskCompletionSource<bool> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public override void Execute(int op, int version, FramePayload payload) => _reached.TrySetResult(true);
}
