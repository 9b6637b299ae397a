using System.Security.Claims;

namespace Rpc;

/// <summary>The call that a handler is running for. A method that never asks for it does not pay for it.</summary>
/// <remarks>Ask for <see cref="Current"/> before the handler's first <c>await</c>: from then on it flows with the handler. Valid until the call has ended.</remarks>
public abstract class RpcContext
{
    [ThreadStatic]
    private static IRpcContextSource? t_source;

    private static readonly AsyncLocal<RpcContext?> s_flowing = new();

    private protected RpcContext()
    {
    }

    /// <summary>The context of the call that this handler runs for, or null outside of a handler.</summary>
    public static RpcContext? Current
    {
        get
        {
            var source = t_source;
            if (source is null)
            {
                return s_flowing.Value;
            }

            var context = source.GetContext();
            if (!ReferenceEquals(s_flowing.Value, context))
            {
                s_flowing.Value = context;
            }

            return context;
        }
    }

    /// <summary>The connection that the call came by.</summary>
    public abstract RpcConnection Connection { get; }

    /// <summary>Who the caller is, as of when the context was first asked for; anonymous when nothing is known, never null. See <see cref="RpcConnection.User"/>.</summary>
    public abstract ClaimsPrincipal User { get; }

    /// <summary>The method called.</summary>
    public abstract RpcMethodDescriptor Method { get; }

    /// <summary>When the caller stops waiting, or null.</summary>
    public abstract DateTimeOffset? Deadline { get; }

    /// <summary>What the caller sent beside the arguments; empty when nothing.</summary>
    public abstract RpcMetadata Metadata { get; }

    /// <summary>Cancelled when the caller cancels, the deadline passes or the connection ends.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Makes a context available to everything that this asynchronous method calls from now on.</summary>
    internal static void Flow(RpcContext context) => s_flowing.Value = context;

    /// <summary>Makes a call's context available to the handler that is about to start on this thread.</summary>
    /// <param name="source">The call, or what an earlier invocation returned.</param>
    /// <returns>What was there before; put it back when the handler has returned.</returns>
    internal static IRpcContextSource? Exchange(IRpcContextSource? source)
    {
        var previous = t_source;
        t_source = source;
        return previous;
    }
}
