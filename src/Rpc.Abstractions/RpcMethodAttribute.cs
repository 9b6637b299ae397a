namespace Rpc;

/// <summary>Settings of one method of a contract; a method needs none.</summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class RpcMethodAttribute : Attribute
{
    /// <summary>The name on the wire; by default the method's name. Overloads need one each, but for one of them.</summary>
    public string? Name { get; set; }

    /// <summary>How the method's messages are delivered.</summary>
    public RpcDelivery Delivery { get; set; }

    /// <summary>Send a copy of each small message about 15 ms later even if nothing was reported lost; UDP only.</summary>
    public bool Redundant { get; set; }

    /// <summary>Calling the method twice is as good as once: a call whose outcome is unknown may be made again.</summary>
    public bool Idempotent { get; set; }

    /// <summary>Makes a method that returns <c>ValueTask</c> or <c>Task</c> one-way: awaiting it waits until the message was taken by the
    /// connection's queue, so that a fast sender is held back, and no answer is sent.</summary>
    public bool OneWay { get; set; }

    /// <summary>The name of the limit that calls of the method count against, which the serving side adds to <see cref="RpcConnectionOptions.RateLimit"/>; or null.</summary>
    public string? RateLimit { get; set; }
}
