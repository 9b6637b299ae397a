using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Finds the fields and properties that belong to a type's payload.</summary>
internal static class MemberParser
{
    /// <summary>The members: base class first, an override at the place of what it overrides, a <c>new</c> one at its own.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The members in the order of declaration.</returns>
    public static List<MemberCandidate> MembersOf(INamedTypeSymbol type)
    {
        var chain = new Stack<INamedTypeSymbol>();
        for (var current = type; current is not null && current.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType); current = current.BaseType)
        {
            chain.Push(current);
        }

        var members = new List<MemberCandidate>();
        foreach (var level in chain)
        {
            var isOwn = SymbolEqualityComparer.Default.Equals(level, type);
            foreach (var symbol in level.GetMembers())
            {
                if (TypeOf(symbol, isOwn) is { } memberType)
                {
                    Add(members, symbol, memberType);
                }
            }
        }

        return members;
    }

    private static void Add(List<MemberCandidate> members, ISymbol symbol, ITypeSymbol type)
    {
        var order = PayloadAttributes.Find(symbol, "RpcOrderAttribute", "MemoryPackOrderAttribute")?.ConstructorArguments[0].Value as int?;
        var candidate = new MemberCandidate(symbol, type, order);
        var existing = members.FindIndex(member => member.Symbol.Name == symbol.Name);
        if (existing >= 0 && symbol.IsOverride)
        {
            members[existing] = candidate with { Order = order ?? members[existing].Order };
            return;
        }

        if (existing >= 0)
        {
            members.RemoveAt(existing);
        }

        members.Add(candidate);
    }

    /// <summary>The type of a member's values; null for what is no member. The private members of a base class are its own affair.</summary>
    private static ITypeSymbol? TypeOf(ISymbol symbol, bool isOwn)
    {
        if (symbol.IsStatic || symbol.IsImplicitlyDeclared || PayloadAttributes.Find(symbol, "RpcIgnoreAttribute", "MemoryPackIgnoreAttribute") is not null)
        {
            return null;
        }

        if (symbol.DeclaredAccessibility != Accessibility.Public
            && (PayloadAttributes.Find(symbol, "RpcIncludeAttribute", "MemoryPackIncludeAttribute") is null
                || (symbol.DeclaredAccessibility == Accessibility.Private && !isOwn)))
        {
            return null;
        }

        return symbol switch
        {
            IFieldSymbol { IsConst: false } field => field.Type,
            IPropertySymbol { IsIndexer: false } property when new MemberCandidate(property, property.Type, null).Getter is not null => property.Type,
            _ => null,
        };
    }
}
