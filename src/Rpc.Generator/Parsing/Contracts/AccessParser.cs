using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Contracts;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Reads who may call a method, from its attributes and those of the interfaces that have it.</summary>
internal static class AccessParser
{
    /// <summary>Reads it. Attributes of every interface that declares the method, or inherits it on the way to the contract, count.</summary>
    public static AccessModel Parse(INamedTypeSymbol contract, ContractMember member)
    {
        var declared = member.Aliases.Insert(0, member.Method);
        var interfaces = contract.AllInterfaces.Insert(0, contract).Where(type => declared.Any(method => Has(type, method))).ToImmutableArray();
        var ofMethod = declared.SelectMany(static method => AuthorizeAttributes(method)).ToImmutableArray();
        var ofInterfaces = interfaces.SelectMany(static type => AuthorizeAttributes(type)).ToImmutableArray();
        var isOpen = AllowsAnonymous(member.Method)
            || (ofMethod.IsEmpty && ofInterfaces.IsEmpty && interfaces.Any(static type => AllowsAnonymous(type)));
        return new AccessModel(
            isOpen,
            isOpen ? ImmutableArray<RequirementModel>.Empty : ofInterfaces.Concat(ofMethod).Select(RequirementOf).Distinct().ToImmutableArray());
    }

    /// <summary>The attributes <c>[RpcAuthorize]</c> of a method or an interface.</summary>
    public static IEnumerable<AttributeData> AuthorizeAttributes(ISymbol symbol) => KnownTypes.Attributes(symbol, "RpcAuthorizeAttribute");

    public static bool AllowsAnonymous(ISymbol symbol) => KnownTypes.Attribute(symbol, "RpcAllowAnonymousAttribute") is not null;

    public static RequirementModel RequirementOf(AttributeData attribute)
    {
        var policy = attribute.ConstructorArguments.Length == 1 ? attribute.ConstructorArguments[0].Value as string : null;
        var roles = RolesOf(attribute) is { } text
            ? text.Split(',').Select(static role => role.Trim()).Where(static role => role.Length > 0).Distinct().ToImmutableArray()
            : ImmutableArray<string>.Empty;
        return new RequirementModel(policy, roles);
    }

    /// <summary>The roles as they were written, or null.</summary>
    public static string? RolesOf(AttributeData attribute) =>
        attribute.NamedArguments.FirstOrDefault(static argument => argument.Key == "Roles").Value is { IsNull: false, Value: string roles } ? roles : null;

    private static bool Has(INamedTypeSymbol type, IMethodSymbol method) =>
        SymbolEqualityComparer.Default.Equals(type, method.ContainingType) || type.AllInterfaces.Contains(method.ContainingType, SymbolEqualityComparer.Default);
}
