using System.Security.Claims;

namespace Rpc.Connections;

/// <summary>Who may call a method, compiled from its attributes and the side's options. Immutable.</summary>
internal sealed class AccessRule
{
    /// <summary>The answer to a caller who is nobody.</summary>
    public static readonly RpcException Unauthenticated = new(RpcStatusCode.Unauthenticated, "The call needs a caller with an identity.");

    /// <summary>The answer to a caller who is somebody.</summary>
    public static readonly RpcException Denied = new(RpcStatusCode.PermissionDenied, "The caller may not make this call.");

    private readonly string[][] _roles;
    private readonly bool _nobody;

    private AccessRule(string[][] roles, AuthorizationPolicy[] policies, bool nobody)
    {
        _roles = roles;
        Policies = policies;
        _nobody = nobody;
    }

    /// <summary>What is asked where handlers run, as it is the application's code.</summary>
    public AuthorizationPolicy[] Policies { get; }

    /// <summary>The rule of a method; null when anybody may call it.</summary>
    /// <exception cref="InvalidOperationException">It names a policy that is not known.</exception>
    public static AccessRule? Of(RpcMethodDescriptor method, RpcConnectionOptions options)
    {
        if (method.AllowAnonymous)
        {
            return null;
        }

        if (method.Requirements.Count == 0)
        {
            return options.RequireAuthorization ? new AccessRule([], [], nobody: true) : null;
        }

        return new AccessRule(
            [.. method.Requirements.Where(static requirement => requirement.Roles.Count > 0).Select(static requirement => requirement.Roles.ToArray())],
            [.. method.Requirements.Select(static requirement => requirement.Policy).OfType<string>().Distinct(StringComparer.Ordinal)
                .Select(name => options.Policies.Find(name, method))],
            nobody: false);
    }

    /// <summary>Why a caller may not call, as far as identity and roles tell; or null.</summary>
    public RpcException? Check(Connection connection)
    {
        if (!connection.IsAuthenticated)
        {
            return Unauthenticated;
        }

        if (_nobody)
        {
            return Denied;
        }

        var user = connection.User;
        foreach (var roles in _roles)
        {
            if (!HasOne(user, roles))
            {
                return Denied;
            }
        }

        return null;
    }

    private static bool HasOne(ClaimsPrincipal user, string[] roles)
    {
        foreach (var role in roles)
        {
            if (user.IsInRole(role))
            {
                return true;
            }
        }

        return false;
    }
}
