using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Internal;
using Rpc.Generator.Model.Contracts;
using Rpc.Generator.Model.Payloads;
using Rpc.Generator.Parsing.Payloads;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Makes the model of one method.</summary>
internal static class MethodParser
{
    public static MethodModel? Parse(
        INamedTypeSymbol contract, ContractMember member, string contractName, PayloadCollector payloads, RuleContext context)
    {
        var method = member.Method;
        var settings = member.Settings;
        var returned = ReturnRules.Check(method, context);
        AccessRules.Check(method, context);
        var kinds = new List<(IParameterSymbol Symbol, ParameterKind Kind)>(method.Parameters.Length);
        foreach (var parameter in method.Parameters)
        {
            if (ParameterRules.Check(parameter, context) is { } kind)
            {
                kinds.Add((parameter, kind));
            }
        }

        if (returned is not null)
        {
            DeliveryRules.Check(method, settings, returned.Shape, context);
        }

        ParameterRules.Check(method, kinds, returned is not null && settings.IsOneWay(returned.Shape), context);
        var parameters = kinds.Select(p => ParameterParser.Parse(p.Symbol, p.Kind, payloads, context)).ToImmutableArray();
        PayloadCall? result = null;
        if (returned?.Result is { } type)
        {
            result = payloads.AddCall(type, context.WantsLocations ? Locate.ReturnType(method) : null);
            returned = result is null ? null : returned;
        }

        if (returned is null || kinds.Count != method.Parameters.Length || parameters.Contains(null))
        {
            return null;
        }

        var wireName = settings.Name ?? method.Name;
        return new MethodModel(
            Signature(method),
            member.Aliases.Select(Signature).ToImmutableArray(),
            wireName,
            MethodId.Compute(contractName, wireName),
            returned.Shape,
            returned.Result is null ? null : TypeNames.Annotated(returned.Result),
            result,
            parameters.Select(static p => p!).ToImmutableArray(),
            settings.IsOneWay(returned.Shape),
            settings.Delivery,
            settings.Redundant,
            settings.Idempotent,
            AccessParser.Parse(contract, member),
            settings.RateLimit);
    }

    private static SignatureModel Signature(IMethodSymbol method) => new(
        TypeNames.Annotated(method.ContainingType),
        method.Name.Escape(),
        method.ReturnsVoid ? "void" : TypeNames.Annotated(method.ReturnType),
        method.Parameters.Select(static p => TypeNames.Annotated(p.Type)).ToImmutableArray());
}
