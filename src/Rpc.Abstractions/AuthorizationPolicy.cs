using System.Security.Claims;

namespace Rpc;

/// <summary>A named policy, in one of its two forms.</summary>
/// <param name="Name">The name.</param>
/// <param name="OfUser">Decides by the caller.</param>
/// <param name="OfCall">Decides by the call.</param>
internal sealed record AuthorizationPolicy(string Name, Func<ClaimsPrincipal, bool>? OfUser, Func<RpcAuthorizationContext, ValueTask<bool>>? OfCall);
