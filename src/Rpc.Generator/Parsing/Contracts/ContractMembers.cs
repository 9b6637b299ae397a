using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis.Rules;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Collects the remote methods of a contract: what an implementation has to implement.</summary>
internal static class ContractMembers
{
    /// <summary>Collects them, the contract's own first, then those of its bases.</summary>
    public static List<ContractMember> Of(INamedTypeSymbol contract, RuleContext context)
    {
        var interfaces = contract.AllInterfaces.Insert(0, contract);
        var methods = new List<IMethodSymbol>();
        foreach (var type in interfaces)
        {
            foreach (var member in type.GetMembers())
            {
                if (IsRequired(member, interfaces) && MemberRules.Check(member, context))
                {
                    methods.Add((IMethodSymbol)member);
                }
            }
        }

        return Group(methods, context);
    }

    /// <summary>Whether a class that implements the contract has to implement a member.</summary>
    private static bool IsRequired(ISymbol member, ImmutableArray<INamedTypeSymbol> interfaces) => member switch
    {
        { IsAbstract: false } => false,
        INamedTypeSymbol => false,
        IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove } => false,
        IMethodSymbol { ExplicitInterfaceImplementations.Length: > 0 } => false,
        IPropertySymbol { ExplicitInterfaceImplementations.Length: > 0 } => false,
        IEventSymbol { ExplicitInterfaceImplementations.Length: > 0 } => false,
        _ => !HasDefault(member, interfaces),
    };

    /// <summary>Whether an interface that derives from the member's own gives it a body which no further one takes away again.</summary>
    private static bool HasDefault(ISymbol member, ImmutableArray<INamedTypeSymbol> interfaces)
    {
        ISymbol? best = null;
        foreach (var type in interfaces)
        {
            foreach (var candidate in type.GetMembers())
            {
                if (Implements(candidate, member) && (best is null || type.AllInterfaces.Contains(best.ContainingType, SymbolEqualityComparer.Default)))
                {
                    best = candidate;
                }
            }
        }

        return best is { IsAbstract: false };
    }

    private static bool Implements(ISymbol candidate, ISymbol member) => candidate switch
    {
        IMethodSymbol method => method.ExplicitInterfaceImplementations.Contains(member, SymbolEqualityComparer.Default),
        IPropertySymbol property => property.ExplicitInterfaceImplementations.Contains(member, SymbolEqualityComparer.Default),
        IEventSymbol @event => @event.ExplicitInterfaceImplementations.Contains(member, SymbolEqualityComparer.Default),
        _ => false,
    };

    /// <summary>Joins methods of different interfaces with one signature, result and name on the wire: a class implements them by one method.</summary>
    private static List<ContractMember> Group(List<IMethodSymbol> methods, RuleContext context)
    {
        var members = new List<ContractMember>(methods.Count);
        var taken = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
        foreach (var method in methods)
        {
            if (taken.Contains(method))
            {
                continue;
            }

            var same = methods.Where(other => IsSame(method, other)).ToImmutableArray();
            taken.UnionWith(same);
            var primary = same.First(m => !same.Any(other => other.ContainingType.AllInterfaces.Contains(m.ContainingType, SymbolEqualityComparer.Default)));
            var settings = MethodSettings.Of(primary);
            NameRules.CheckName(primary, settings, context);
            members.Add(new ContractMember(primary, settings, same.Remove(primary)));
        }

        return members;
    }

    private static bool IsSame(IMethodSymbol x, IMethodSymbol y) =>
        x.Name == y.Name
        && x.Parameters.Length == y.Parameters.Length
        && SymbolEqualityComparer.Default.Equals(x.ReturnType, y.ReturnType)
        && x.Parameters.Zip(y.Parameters, static (a, b) => a.RefKind == b.RefKind && SymbolEqualityComparer.Default.Equals(a.Type, b.Type)).All(static same => same)
        && WireNameOf(x) == WireNameOf(y);

    private static string WireNameOf(IMethodSymbol method) => MethodSettings.Of(method).Name ?? method.Name;
}
