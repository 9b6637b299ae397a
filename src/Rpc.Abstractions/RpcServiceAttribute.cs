namespace Rpc;

/// <summary>Makes an interface a contract: the generator writes its proxy and dispatcher.</summary>
[AttributeUsage(AttributeTargets.Interface, Inherited = false)]
public sealed class RpcServiceAttribute : Attribute
{
    /// <summary>Makes the interface a contract under its full name: namespace, containing types and name, joined by dots.</summary>
    public RpcServiceAttribute()
    {
    }

    /// <summary>Makes the interface a contract under a name of its own.</summary>
    /// <param name="name">The name on the wire; keeps the contract callable across a rename.</param>
    public RpcServiceAttribute(string name) => Name = name;

    /// <summary>The name on the wire, or null for the full name.</summary>
    public string? Name { get; }
}
