using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Puts members where their orders say.</summary>
internal static class MemberOrder
{
    /// <summary>The highest order: an object's count is one more, and 249 is the highest count.</summary>
    private const int Highest = 248;

    /// <summary>Orders members.</summary>
    /// <param name="members">The members in the order of declaration.</param>
    /// <param name="layout">What their type says.</param>
    /// <param name="problem">What is wrong, or null.</param>
    /// <returns>A member or null for each order.</returns>
    public static List<MemberCandidate?> Apply(List<MemberCandidate> members, PayloadLayout layout, out string? problem)
    {
        problem = null;
        var ordered = members.Count(static member => member.Order is not null);
        if (ordered == 0)
        {
            if (layout.NeedsOrders && members.Count > 0)
            {
                problem = "every member needs one";
            }

            return [.. members];
        }

        if (ordered != members.Count)
        {
            problem = "some members have one and some have none";
            return [];
        }

        var highest = members.Max(static member => member.Order!.Value);
        if (highest > Highest || members.Any(static member => member.Order < 0))
        {
            problem = $"one is below 0 or above {Highest}";
            return [];
        }

        var slots = new List<MemberCandidate?>(Enumerable.Repeat<MemberCandidate?>(null, highest + 1));
        foreach (var member in members)
        {
            if (slots[member.Order!.Value] is not null)
            {
                problem = $"{member.Order} is there twice";
                return [];
            }

            slots[member.Order!.Value] = member;
        }

        if (layout.Layout == ObjectLayout.Default && slots.Contains(null))
        {
            problem = "there are gaps";
        }

        return slots;
    }

    /// <summary>Finds a type whose members follow each other in an order that is nowhere to be seen: metadata has fields and properties apart.</summary>
    /// <param name="members">The members in the order in which they were found.</param>
    /// <returns>The type, or null.</returns>
    public static INamedTypeSymbol? UnknownIn(List<MemberCandidate> members)
    {
        if (members.Any(static member => member.Order is not null))
        {
            return null;
        }

        foreach (var declared in members.GroupBy<MemberCandidate, INamedTypeSymbol>(static member => member.Symbol.ContainingType, SymbolEqualityComparer.Default))
        {
            if (!declared.Key.Locations.Any(static location => location.IsInSource) && declared.Select(static member => member.Symbol.Kind).Distinct().Count() > 1)
            {
                return declared.Key;
            }
        }

        return null;
    }
}
