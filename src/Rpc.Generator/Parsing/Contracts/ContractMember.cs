using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>A remote method of a contract, and the methods of other interfaces that mean the same.</summary>
internal sealed class ContractMember
{
    public ContractMember(IMethodSymbol method, MethodSettings settings, ImmutableArray<IMethodSymbol> aliases)
    {
        Method = method;
        Settings = settings;
        Aliases = aliases;
    }

    /// <summary>The method that the dispatcher calls.</summary>
    public IMethodSymbol Method { get; }

    public MethodSettings Settings { get; }

    /// <summary>What the proxy implements beside, by the same call.</summary>
    public ImmutableArray<IMethodSymbol> Aliases { get; }
}
