using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Chooses the constructor that reading calls.</summary>
internal static class ConstructorParser
{
    /// <summary>The constructor with the attribute, else the only one that is declared, whatever its accessibility, else the implicit one.</summary>
    /// <param name="type">The type.</param>
    /// <param name="count">How many it has.</param>
    /// <returns>Null when there are several and none has the attribute.</returns>
    public static IMethodSymbol? Choose(INamedTypeSymbol type, out int count)
    {
        var all = type.InstanceConstructors.Where(constructor => !IsCopyConstructor(constructor, type)).ToList();
        count = all.Count;
        if (all.FirstOrDefault(static constructor => PayloadAttributes.Find(constructor, "RpcConstructorAttribute", "MemoryPackConstructorAttribute") is not null) is { } chosen)
        {
            return chosen;
        }

        var declared = all.Where(static constructor => !constructor.IsImplicitlyDeclared).ToList();
        return declared.Count switch
        {
            0 => all.FirstOrDefault(static constructor => constructor.Parameters.Length == 0) ?? all.FirstOrDefault(),
            1 => declared[0],
            _ => null,
        };
    }

    /// <summary>The member that serves a parameter.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="members">The members.</param>
    /// <returns>Its position, or -1.</returns>
    public static int MemberFor(Compilation compilation, IParameterSymbol parameter, List<MemberCandidate> members) =>
        parameter.RefKind is RefKind.None or RefKind.In
            ? members.FindIndex(member =>
                string.Equals(member.Symbol.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)
                && compilation.HasImplicitConversion(member.Type, parameter.Type))
            : -1;

    private static bool IsCopyConstructor(IMethodSymbol constructor, INamedTypeSymbol type) =>
        type.IsRecord && constructor.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, type);
}
