namespace Rpc;

/// <summary>Says who may call: on a contract for all of its methods, on a method for it as well. Several on one or on both must all be met. Any of them needs a
/// caller who is somebody. The side that serves the contract enforces it, before arguments are read.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class RpcAuthorizeAttribute : Attribute
{
    /// <summary>Any caller who is somebody, or who has one of <see cref="Roles"/>.</summary>
    public RpcAuthorizeAttribute()
    {
    }

    /// <summary>Callers that a policy accepts.</summary>
    /// <param name="policy">The policy's name; the serving side adds it to <see cref="RpcConnectionOptions.Policies"/>.</param>
    public RpcAuthorizeAttribute(string policy) => Policy = policy;

    /// <summary>The policy's name, or null.</summary>
    public string? Policy { get; }

    /// <summary>Roles, separated by commas, of which the caller must have one; or null.</summary>
    public string? Roles { get; set; }
}
