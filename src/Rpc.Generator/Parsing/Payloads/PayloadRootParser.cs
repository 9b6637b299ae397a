using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Model;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Parses <c>[RpcPayload]</c> on a type and <c>[assembly: RpcPayload(typeof(X))]</c>.</summary>
internal static class PayloadRootParser
{
    /// <summary>The attribute.</summary>
    public const string AttributeName = "Rpc.RpcPayloadAttribute";

    /// <summary>Every node that the attribute stands on is a root.</summary>
    public static bool IsCandidate(SyntaxNode node, CancellationToken cancellationToken) => true;

    /// <summary>Parses one annotated type, or the attributes of one file on the assembly.</summary>
    public static PayloadRoot Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var collector = new PayloadCollector(context.SemanticModel.Compilation, cancellationToken);
        var registrations = ImmutableArray.CreateBuilder<string>();
        foreach (var type in RootTypes(context.TargetSymbol, context.Attributes))
        {
            if (collector.AddCall(type, null) is { } call)
            {
                registrations.Add($"global::Rpc.Serialization.FormatterCache<{call.Type}>.Register({call.Formatter});");
            }
        }

        return collector.HasErrors
            ? new PayloadRoot(EquatableArray<PayloadTypeModel>.Empty, EquatableArray<string>.Empty)
            : new PayloadRoot(collector.Types, registrations.ToImmutable());
    }

    /// <summary>The types that an annotated symbol asks a formatter for.</summary>
    /// <param name="symbol">A type or the assembly.</param>
    /// <param name="attributes">Its payload attributes.</param>
    /// <returns>The types; none for a generic definition, whose closed forms are reached by others.</returns>
    public static IEnumerable<ITypeSymbol> RootTypes(ISymbol symbol, IEnumerable<AttributeData> attributes)
    {
        if (symbol is INamedTypeSymbol { IsGenericType: false } named)
        {
            yield return named;
        }
        else if (symbol is IAssemblySymbol)
        {
            foreach (var attribute in attributes)
            {
                if (attribute.ConstructorArguments.Length == 1 && attribute.ConstructorArguments[0].Value is ITypeSymbol type)
                {
                    yield return type;
                }
            }
        }
    }
}
