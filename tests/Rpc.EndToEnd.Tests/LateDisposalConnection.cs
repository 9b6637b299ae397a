using Rpc.Transport.Conformance.Faults;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests;

/// <summary>A connection whose disposal ends when a test says so, on the test's thread.</summary>
internal sealed class LateDisposalConnection(StreamTransportConnection inner) : FaultConnection(inner)
{
    // What follows the disposal is run by whoever ends it.
    private readonly TaskCompletionSource _end = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the disposal has begun.</summary>
    public Task Disposing => _begun.Task;

    /// <summary>Ends the disposal, and returns when its owner waits for something else.</summary>
    public Task EndAsync() => Task.Run(_end.SetResult);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        _begun.SetResult();
        await _end.Task.ConfigureAwait(false);
    }
}
