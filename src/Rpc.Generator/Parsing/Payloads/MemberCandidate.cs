using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>A field or property that belongs to a type's payload.</summary>
/// <param name="Symbol">The field or property.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Order">The order that an attribute gives it, or null.</param>
internal sealed record MemberCandidate(ISymbol Symbol, ITypeSymbol Type, int? Order)
{
    /// <summary>The accessor that reads it; null for a field.</summary>
    public IMethodSymbol? Getter => Accessor(static property => property.GetMethod);

    /// <summary>The accessor that sets it, its own or that of the property that it overrides; null for a field, and where there is none.</summary>
    public IMethodSymbol? Setter => Accessor(static property => property.SetMethod);

    /// <summary>Whether nothing but a constructor sets it.</summary>
    public bool IsReadOnly => Symbol is IFieldSymbol { IsReadOnly: true } || (Symbol is IPropertySymbol && Setter is null);

    /// <summary>Whether only a constructor or an object initializer sets it.</summary>
    public bool IsInitOnly => Setter is { IsInitOnly: true };

    /// <summary>Whether an object initializer must set it.</summary>
    public bool IsRequired => Symbol is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };

    private IMethodSymbol? Accessor(Func<IPropertySymbol, IMethodSymbol?> select)
    {
        for (var property = Symbol as IPropertySymbol; property is not null; property = property.OverriddenProperty)
        {
            if (select(property) is { } accessor)
            {
                return accessor;
            }
        }

        return null;
    }
}
