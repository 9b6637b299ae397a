namespace Rpc;

/// <summary>What a call carries beside its arguments. Given to a proxy with <c>proxy.With(options)</c>. Immutable.</summary>
public sealed record RpcCallOptions
{
    /// <summary>The call ends with <see cref="RpcStatusCode.DeadlineExceeded"/> when it has not ended after this long. Measured from each call.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The call ends with <see cref="RpcStatusCode.DeadlineExceeded"/> when it has not ended at this time. With
    /// <see cref="Timeout"/> as well, the earlier counts.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Names and values that the handler sees.</summary>
    public RpcMetadata? Metadata { get; init; }

    /// <summary>Which messages go first.</summary>
    public RpcPriority Priority { get; init; }

    /// <summary>What a push to a group is about: of pushes of one method with equal keys, a member that is slow gets the newest
    /// alone, where the group is made so (<c>RpcSlowMember.Latest</c>). Not sent; by default all pushes of a method are about the same.</summary>
    public object? Key { get; init; }
}
