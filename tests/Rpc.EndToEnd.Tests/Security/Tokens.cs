using System.Security.Claims;

namespace Rpc.EndToEnd.Tests.Security;

/// <summary>Tokens of the tests: <c>name</c>, <c>name/role,role</c> or <c>name/roles/seconds</c>; a name of <c>evil</c> is refused.</summary>
internal static class Tokens
{
    public static Func<RpcAuthenticationContext, CancellationToken, ValueTask<RpcAuthenticationResult>> Authenticator(TimeProvider? time = null) => (context, _) =>
    {
        if (context.Credentials is not { Scheme: "Bearer" } credentials)
        {
            return new(RpcAuthenticationResult.Failure("no token"));
        }

        var parts = credentials.GetText().Split('/');
        if (parts[0] == "evil")
        {
            return new(RpcAuthenticationResult.Failure("the token is evil"));
        }

        return new(RpcAuthenticationResult.Success(
            User(parts[0], parts.Length > 1 ? parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries) : []),
            parts.Length > 2 ? time!.GetUtcNow() + TimeSpan.FromSeconds(int.Parse(parts[2])) : null));
    };

    public static ClaimsPrincipal User(string name, params string[] roles) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), .. roles.Select(static role => new Claim(ClaimTypes.Role, role))], "Test"));

    public static Func<CancellationToken, ValueTask<RpcCredentials?>> Bearer(string token) => _ => new(new RpcCredentials("Bearer", token));
}
