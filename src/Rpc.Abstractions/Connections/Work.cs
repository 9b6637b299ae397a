namespace Rpc.Connections;

/// <summary>Something of a connection that runs user code: starts a handler, completes a call, wakes the reader of a stream.</summary>
internal abstract class Work
{
    /// <summary>Runs on the drain worker. Must not throw.</summary>
    /// <param name="op">What is to be done; the target's own numbering.</param>
    /// <param name="version">What the reader noted when it queued the work; tells a reused object from the one that was meant.</param>
    /// <param name="payload">The frame's payload, owned by the callee.</param>
    public abstract void Execute(int op, int version, FramePayload payload);
}
