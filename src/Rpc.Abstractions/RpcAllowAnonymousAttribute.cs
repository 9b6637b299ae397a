namespace Rpc;

/// <summary>Lets anybody call: on a method whatever its contract says, on a contract all methods that have no <see cref="RpcAuthorizeAttribute"/> of their own.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Method, Inherited = false)]
public sealed class RpcAllowAnonymousAttribute : Attribute
{
}
