using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Rpc;

namespace Chat.Server;

/// <summary>Says who comes in: everybody while there are no keys, guests with one key, hosts with the other.</summary>
/// <param name="Guest">The key of guests, or null.</param>
/// <param name="Host">The key of hosts, or null.</param>
internal sealed record Keys(string? Guest, string? Host) : IRpcAuthenticator
{
    public ValueTask<RpcAuthenticationResult> AuthenticateAsync(RpcAuthenticationContext context, CancellationToken cancellationToken)
    {
        var key = context.Credentials is { Scheme: "Key" } credentials ? credentials.GetText() : null;
        if (IsSame(key, Host))
        {
            return new(RpcAuthenticationResult.Success(Somebody("host")));
        }

        if (IsSame(key, Guest))
        {
            return new(RpcAuthenticationResult.Success(Somebody("guest")));
        }

        return new(Guest is null && key is null ? RpcAuthenticationResult.Anonymous() : RpcAuthenticationResult.Failure("The key fits nothing."));
    }

    private static ClaimsPrincipal Somebody(string role) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, role), new Claim(ClaimTypes.Role, role)], "Key"));

    /// <summary>Takes the same time wherever the keys differ.</summary>
    private static bool IsSame(string? given, string? wanted) =>
        given is not null && wanted is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));
}
