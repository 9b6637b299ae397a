namespace Rpc;

/// <summary>One method of a contract, as the generator saw it. Immutable; one instance a method and process.</summary>
public sealed class RpcMethodDescriptor
{
    /// <summary>Creates the descriptor. Called by generated code.</summary>
    /// <param name="contractName">The contract's name on the wire.</param>
    /// <param name="name">The method's name on the wire.</param>
    /// <param name="id">The method's id: <see cref="Protocol.MethodId.Compute"/> of the two names.</param>
    /// <param name="index">The position in the contract.</param>
    /// <param name="kind">What it sends and gets back.</param>
    public RpcMethodDescriptor(string contractName, string name, uint id, int index, RpcMethodKind kind)
    {
        ContractName = contractName;
        Name = name;
        Id = id;
        Index = index;
        Kind = kind;
        FullName = contractName + "/" + name;
    }

    /// <summary>The contract's name on the wire.</summary>
    public string ContractName { get; }

    /// <summary>The method's name on the wire.</summary>
    public string Name { get; }

    /// <summary>Contract and method, joined by a slash.</summary>
    public string FullName { get; }

    /// <summary>The method's id on the wire.</summary>
    public uint Id { get; }

    /// <summary>The position in the contract's list of methods.</summary>
    public int Index { get; }

    /// <summary>What it sends and gets back.</summary>
    public RpcMethodKind Kind { get; }

    /// <summary>How its messages are delivered.</summary>
    public RpcDelivery Delivery { get; init; }

    /// <summary>Whether small messages are sent twice; UDP only.</summary>
    public bool Redundant { get; init; }

    /// <summary>Whether a call whose outcome is unknown may be made again.</summary>
    public bool Idempotent { get; init; }

    /// <summary>How many of its parameters are streams or progress.</summary>
    public int StreamParameterCount { get; init; }

    /// <summary>What is asked of who calls it, all of it; empty when nothing is.</summary>
    public IReadOnlyList<RpcRequirement> Requirements { get; init; } = [];

    /// <summary>Whether anybody may call it, whatever else is asked.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>The name of the limit that its calls count against, or null.</summary>
    public string? RateLimit { get; init; }

    /// <inheritdoc/>
    public override string ToString() => FullName;
}
