using System.Security.Claims;

namespace Rpc;

/// <summary>The policies that <see cref="RpcAuthorizeAttribute"/> can name. Set before the first connection is made; not thread safe.</summary>
public sealed class RpcPolicies
{
    private readonly Dictionary<string, AuthorizationPolicy> _policies = new(StringComparer.Ordinal);

    /// <summary>Adds a policy that goes by who the caller is.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isMet">Whether a caller, who is somebody, may call. Asked for every call, by several threads at once, on the thread that runs handlers. An exception
    /// denies, and is logged.</param>
    /// <returns>These policies.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public RpcPolicies Add(string name, Func<ClaimsPrincipal, bool> isMet) =>
        Add(name, new AuthorizationPolicy(name, isMet ?? throw new ArgumentNullException(nameof(isMet)), null));

    /// <summary>Adds a policy that goes by the call, and may take its time.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isMet">Whether the call may run. Asked for every call, by several threads at once. A call whose policy does not decide at once gives up its place in
    /// the order of arrival. An exception denies, and is logged.</param>
    /// <returns>These policies.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public RpcPolicies Add(string name, Func<RpcAuthorizationContext, ValueTask<bool>> isMet) =>
        Add(name, new AuthorizationPolicy(name, null, isMet ?? throw new ArgumentNullException(nameof(isMet))));

    /// <exception cref="InvalidOperationException">There is none of the name.</exception>
    internal AuthorizationPolicy Find(string name, RpcMethodDescriptor method) => _policies.TryGetValue(name, out var policy)
        ? policy
        : throw new InvalidOperationException($"{method} needs the policy '{name}', which is not known. Add it: options.Policies.Add(\"{name}\", …).");

    private RpcPolicies Add(string name, AuthorizationPolicy policy)
    {
        if (string.IsNullOrEmpty(name) || !_policies.TryAdd(name, policy))
        {
            throw new ArgumentException(string.IsNullOrEmpty(name) ? "A policy has a name." : $"There is a policy '{name}' already.", nameof(name));
        }

        return this;
    }
}
