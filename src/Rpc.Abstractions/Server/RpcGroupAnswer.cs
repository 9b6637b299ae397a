namespace Rpc.Server;

/// <summary>What one member of a group said, or why it did not.</summary>
/// <typeparam name="TResult">What it was asked for.</typeparam>
/// <param name="Member">The member.</param>
/// <param name="Result">The answer; the default when it failed.</param>
/// <param name="Exception">Why there is none, or null when there is. A member that left or closed: <see cref="RpcException"/> with <see cref="RpcStatusCode.Unavailable"/>.</param>
public readonly record struct RpcGroupAnswer<TResult>(RpcConnection Member, TResult? Result, Exception? Exception)
{
    /// <summary>Whether it answered.</summary>
    public bool IsAnswer => Exception is null;
}
