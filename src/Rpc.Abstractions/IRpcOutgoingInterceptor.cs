namespace Rpc;

/// <summary>Runs around each call that a side makes: adds metadata, measures, retries, refuses.</summary>
public interface IRpcOutgoingInterceptor
{
    /// <summary>Runs around a call. May be called by several threads at once.</summary>
    /// <param name="call">The call.</param>
    /// <param name="next">Makes the call. Ends when it has ended; for a one-way call when it was queued, for a stream when the request was sent. Throws
    /// what the caller would see. May be called again to make the call again, or not at all if this throws.</param>
    /// <returns>A task that ends with the call.</returns>
    ValueTask InvokeAsync(RpcOutgoingCall call, Func<RpcOutgoingCall, ValueTask> next);
}
