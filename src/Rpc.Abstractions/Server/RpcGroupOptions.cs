namespace Rpc.Server;

/// <summary>How a group treats members that read more slowly than they are pushed to.</summary>
/// <remarks>Read when a group is made with them; not changed afterwards.</remarks>
public sealed class RpcGroupOptions
{
    private readonly Dictionary<string, RpcSlowMember> _methods = new(StringComparer.Ordinal);

    /// <summary>What becomes of a push to a member that is slow. Default <see cref="RpcSlowMember.Wait"/>.</summary>
    public RpcSlowMember SlowMember { get; set; }

    /// <summary>From how many bytes queued for a member on its pushes are dropped (<see cref="RpcSlowMember.DropNewest"/>, and <see cref="RpcSlowMember.Wait"/>
    /// with a <c>void</c> method) or it is disconnected. Default 4 MiB, least 1; at most the connection's <see cref="RpcLimits.MaxQueuedBytes"/> counts. What waits does so
    /// from the connection's <see cref="RpcLimits.SendHighWater"/> on, or from here where this is less.</summary>
    public int MaxQueuedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many pushes may wait beside a member's queue with <see cref="RpcSlowMember.DropOldest"/> and <see cref="RpcSlowMember.Latest"/> before the oldest
    /// is dropped. Default 1,000, least 1.</summary>
    public int MaxBacklogMessages { get; set; } = 1000;

    /// <summary>How many bytes may wait there. Default 1 MiB, least 1. The members that a push waits for share its bytes.</summary>
    public int MaxBacklogBytes { get; set; } = 1024 * 1024;

    internal IReadOnlyDictionary<string, RpcSlowMember> Methods => _methods;

    /// <summary>Chooses for one method.</summary>
    /// <param name="method">The method's name on the wire: <c>nameof(IRoomClient.Moved)</c>, or its <see cref="RpcMethodAttribute.Name"/>.</param>
    /// <param name="slowMember">What becomes of its pushes to a member that is slow.</param>
    /// <returns>These options.</returns>
    public RpcGroupOptions For(string method, RpcSlowMember slowMember)
    {
        _methods[method ?? throw new ArgumentNullException(nameof(method))] = slowMember;
        return this;
    }

    /// <summary>Throws for values that cannot be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public void Validate()
    {
        Check(MaxQueuedBytes, nameof(MaxQueuedBytes));
        Check(MaxBacklogMessages, nameof(MaxBacklogMessages));
        Check(MaxBacklogBytes, nameof(MaxBacklogBytes));
        foreach (var policy in _methods.Values.Append(SlowMember))
        {
            if (policy is < RpcSlowMember.Wait or > RpcSlowMember.Disconnect)
            {
                throw new ArgumentOutOfRangeException(nameof(SlowMember), policy, "There is no such treatment of slow members.");
            }
        }
    }

    private static void Check(int value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 or more.");
        }
    }
}
