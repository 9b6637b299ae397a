using System.Security.Claims;

namespace Rpc;

/// <summary>What an authenticator decided. Immutable.</summary>
public sealed class RpcAuthenticationResult
{
    private RpcAuthenticationResult(ClaimsPrincipal? user, DateTimeOffset? expires, string? detail)
    {
        User = user;
        Expires = expires;
        Detail = detail;
    }

    /// <summary>Whether the client may connect.</summary>
    public bool Succeeded => User is not null;

    /// <summary>Who the client is; null when it was refused.</summary>
    public ClaimsPrincipal? User { get; }

    /// <summary>When the credentials expire, or null for never. Unless they are refreshed, the connection then ends with <see cref="RpcCloseReason.CredentialsExpired"/>.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Why the client was refused, for this side's log alone; null when it was not, or nothing was said.</summary>
    public string? Detail { get; }

    /// <summary>The client may connect.</summary>
    /// <param name="user">Who it is. Its roles and claims are what <see cref="RpcAuthorizeAttribute"/> goes by.</param>
    /// <param name="expires">When the credentials expire, or null for never.</param>
    /// <returns>The result.</returns>
    public static RpcAuthenticationResult Success(ClaimsPrincipal user, DateTimeOffset? expires = null) =>
        new(user ?? throw new ArgumentNullException(nameof(user)), expires, null);

    /// <summary>The client may connect and is nobody in particular: what needs an identity is denied to it.</summary>
    /// <returns>The result.</returns>
    public static RpcAuthenticationResult Anonymous() => new(new ClaimsPrincipal(new ClaimsIdentity()), null, null);

    /// <summary>The client may not connect.</summary>
    /// <param name="detail">Why, for this side's log. The client is told nothing but that it was refused. No secret belongs here.</param>
    /// <returns>The result.</returns>
    public static RpcAuthenticationResult Failure(string? detail = null) => new(null, null, detail ?? string.Empty);
}
