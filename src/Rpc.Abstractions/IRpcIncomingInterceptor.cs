namespace Rpc;

/// <summary>Runs around each call that a side serves: checks, logs, measures, maps errors.</summary>
public interface IRpcIncomingInterceptor
{
    /// <summary>Runs around a call. May be called by several threads at once.</summary>
    /// <param name="context">The call.</param>
    /// <param name="next">Reads the arguments and runs the handler; ends when the handler has ended, for a stream when the stream has. Throws what the handler
    /// threw. To be called once, or not at all if this throws.</param>
    /// <returns>A task that ends with the call. What it throws the caller sees, as if the handler had thrown it.</returns>
    ValueTask InvokeAsync(RpcContext context, Func<ValueTask> next);
}
