using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>A connection that carries a session, for as long as it does. It is disposed after its last operation: whoever uses it holds a pin.</summary>
/// <remarks>The pins are guarded by the session's gate.</remarks>
internal sealed class SessionAttachment
{
    private readonly TaskCompletionSource<bool> _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pins = 1;

    public SessionAttachment(StreamTransportConnection transport) => Transport = transport;

    public StreamTransportConnection Transport { get; }

    /// <summary>Whether the session has left it.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Whether the end of the peer's stream was seen, with bytes before it.</summary>
    public bool SawEnd { get; set; }

    /// <summary>Ends when the connection is freed.</summary>
    public Task Disposed => _disposed.Task;

    public void Pin() => _pins++;

    /// <summary>Gives up a pin.</summary>
    /// <returns>True when it was the last one: <see cref="DisposeAsync"/> is to be called, outside the gate.</returns>
    public bool Unpin() => --_pins == 0;

    /// <summary>The session leaves it, and gives up the pin that it was made with.</summary>
    /// <returns>As <see cref="Unpin"/>.</returns>
    public bool Retire()
    {
        if (IsRetired)
        {
            return false;
        }

        IsRetired = true;
        return Unpin();
    }

    public async Task DisposeAsync()
    {
        try
        {
            await Transport.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It is gone, one way or another.
        }

        _disposed.TrySetResult(true);
    }
}
