using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Finds what would make the compiler warn in generated code about things that the user's own code has already answered for.</summary>
internal static class Obsolescence
{
    /// <summary>Whether a symbol, or a type around it, is obsolete.</summary>
    public static bool IsObsolete(ISymbol symbol)
    {
        for (var part = symbol; part is not null and not INamespaceSymbol; part = part.ContainingType)
        {
            foreach (var attribute in part.GetAttributes())
            {
                if (attribute.AttributeClass is { Name: "ObsoleteAttribute", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The ids of experimental things that a contract names, in ordinal order.</summary>
    public static IEnumerable<string> ExperimentalIds(INamedTypeSymbol contract, IEnumerable<ContractMember> members)
    {
        var ids = new SortedSet<string>(StringComparer.Ordinal);
        Add(contract);
        foreach (var member in members)
        {
            Add(member.Method);
            AddType(member.Method.ReturnType);
            foreach (var parameter in member.Method.Parameters)
            {
                AddType(parameter.Type);
            }
        }

        return ids;

        void AddType(ITypeSymbol type)
        {
            switch (type)
            {
                case IArrayTypeSymbol array:
                    AddType(array.ElementType);
                    break;
                case INamedTypeSymbol named:
                    Add(named);
                    foreach (var argument in named.TypeArguments)
                    {
                        AddType(argument);
                    }

                    break;
            }
        }

        void Add(ISymbol symbol)
        {
            for (var part = symbol; part is not null and not INamespaceSymbol; part = part.ContainingType)
            {
                foreach (var attribute in part.GetAttributes())
                {
                    if (attribute.AttributeClass is { Name: "ExperimentalAttribute", ContainingNamespace.Name: "CodeAnalysis" }
                        && attribute.ConstructorArguments.Length == 1
                        && attribute.ConstructorArguments[0].Value is string id
                        && id.Length > 0
                        && id.All(static c => char.IsLetterOrDigit(c) || c == '_'))
                    {
                        ids.Add(id);
                    }
                }
            }
        }
    }
}
