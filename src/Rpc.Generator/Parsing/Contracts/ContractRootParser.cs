using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Model;
using Rpc.Generator.Model.Contracts;
using Rpc.Generator.Model.Payloads;
using Rpc.Generator.Parsing.Payloads;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>The generator's way to the contract that an attribute stands on.</summary>
internal static class ContractRootParser
{
    public static bool IsCandidate(SyntaxNode node, CancellationToken cancellationToken) => node is InterfaceDeclarationSyntax;

    public static ContractRoot Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var compilation = context.SemanticModel.Compilation;
        var contract = (INamedTypeSymbol)context.TargetSymbol;
        var payloads = new PayloadCollector(compilation, cancellationToken);
        var model = ContractParser.Parse(contract, context.Attributes[0], payloads, new RuleContext(contract, compilation, report: null, cancellationToken));
        return model is null || payloads.HasErrors
            ? new ContractRoot(null, EquatableArray<PayloadTypeModel>.Empty)
            : new ContractRoot(model, payloads.Types);
    }
}
