namespace Rpc;

/// <summary>What one <see cref="RpcAuthorizeAttribute"/> asks of a caller, who must be somebody in any case. Immutable.</summary>
public sealed class RpcRequirement
{
    /// <summary>Creates the requirement. Called by generated code.</summary>
    /// <param name="policy">The policy's name, or null.</param>
    /// <param name="roles">Roles of which the caller must have one; none for any.</param>
    public RpcRequirement(string? policy, params string[] roles)
    {
        Policy = policy;
        Roles = roles;
    }

    /// <summary>The policy's name, or null.</summary>
    public string? Policy { get; }

    /// <summary>Roles of which the caller must have one; empty for any.</summary>
    public IReadOnlyList<string> Roles { get; }
}
