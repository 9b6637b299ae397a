namespace Rpc;

internal static class CancellationTokenExtensions
{
    /// <summary>Registers a callback without the caller's execution context.</summary>
    public static CancellationTokenRegistration RegisterUnsafe(this CancellationToken token, Action<object?> callback, object? state)
    {
#if NET8_0_OR_GREATER
        return token.UnsafeRegister(callback, state);
#else
        if (ExecutionContext.IsFlowSuppressed())
        {
            return token.Register(callback, state, useSynchronizationContext: false);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return token.Register(callback, state, useSynchronizationContext: false);
        }
#endif
    }
}
