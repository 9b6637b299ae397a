using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Finds the method of a contract that a method implements.</summary>
internal static class ContractImplementation
{
    /// <returns>The contract's method, or null when there is none.</returns>
    public static IMethodSymbol? Of(IMethodSymbol method)
    {
        var type = method.ContainingType;
        foreach (var contract in type.AllInterfaces.Where(KnownTypes.IsContract))
        {
            foreach (var declaring in contract.AllInterfaces.Insert(0, contract))
            {
                foreach (var member in declaring.GetMembers().OfType<IMethodSymbol>())
                {
                    if (SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), method))
                    {
                        return member;
                    }
                }
            }
        }

        return null;
    }
}
