using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Model.Contracts;
using Rpc.Generator.Parsing.Payloads;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Makes the model of a contract, checking every rule on the way.</summary>
internal static class ContractParser
{
    /// <summary>Parses an interface with <c>[RpcService]</c>.</summary>
    /// <param name="contract">The interface.</param>
    /// <param name="attribute">Its attribute.</param>
    /// <param name="payloads">Takes the types that the contract reaches.</param>
    /// <param name="context">Takes what is wrong with it.</param>
    /// <returns>The model, or null when something is.</returns>
    public static ContractModel? Parse(INamedTypeSymbol contract, AttributeData attribute, PayloadCollector payloads, RuleContext context)
    {
        ContractRules.Check(contract, attribute, context);
        AccessRules.Check(contract, context);
        var wireName = WireNameOf(contract, attribute);
        var groups = ContractMembers.Of(contract, context);
        NameRules.CheckUnique(wireName, [.. groups.Select(static g => (g.Method, g.Settings))], context);

        var methods = new List<MethodModel>(groups.Count);
        foreach (var group in groups)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (MethodParser.Parse(contract, group, wireName, payloads, context) is { } method)
            {
                methods.Add(method);
            }
        }

        if (context.HasErrors || methods.Count != groups.Count)
        {
            return null;
        }

        methods.Sort(static (x, y) => string.CompareOrdinal(x.WireName, y.WireName));
        var metadataName = TypeNames.Metadata(contract);
        return new ContractModel(
            TypeNames.Namespace(contract),
            TypeNames.Bare(contract),
            ContractNames.Identifier(contract),
            ContractNames.Hint(metadataName),
            wireName,
            IsPublic(contract),
            Obsolescence.IsObsolete(contract),
            groups.Any(static g => Obsolescence.IsObsolete(g.Method)),
            Obsolescence.ExperimentalIds(contract, groups).ToImmutableArray(),
            methods.ToImmutableArray());
    }

    /// <summary>The name on the wire: the one given, else the full name.</summary>
    public static string WireNameOf(INamedTypeSymbol contract, AttributeData attribute) =>
        attribute.ConstructorArguments.Length == 1 ? attribute.ConstructorArguments[0].Value as string ?? "" : TypeNames.Wire(contract);

    private static bool IsPublic(INamedTypeSymbol type)
    {
        for (var part = type; part is not null; part = part.ContainingType)
        {
            if (part.DeclaredAccessibility != Accessibility.Public)
            {
                return false;
            }
        }

        return true;
    }
}
