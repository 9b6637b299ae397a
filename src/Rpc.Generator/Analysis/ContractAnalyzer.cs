using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Parsing.Contracts;
using Rpc.Generator.Parsing.Payloads;

namespace Rpc.Generator.Analysis;

/// <summary>Reports what keeps an interface with <c>[RpcService]</c> from being generated. It parses contracts as the generator does, so the two never disagree.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        ContractRules.Generic, ContractRules.Inaccessible, ContractRules.LanguageVersion, ContractRules.InvalidName,
        MemberRules.Unsupported, MemberRules.Generic, MemberRules.StaticAbstract, MemberRules.Inaccessible,
        ReturnRules.Unsupported, ReturnRules.StreamInTask, ReturnRules.Nested,
        ParameterRules.ByReference, ParameterRules.SecondToken, ParameterRules.TooMany, ParameterRules.StackOnly, ParameterRules.StreamOfOneWay, ParameterRules.OptionalStream,
        DeliveryRules.OneWayWithResult, DeliveryRules.UnknownDelivery, DeliveryRules.UnreliableCall, DeliveryRules.SequencedCall,
        DeliveryRules.RedundantUnreliable, DeliveryRules.IdempotentOneWay,
        AccessRules.Empty, AccessRules.Contradiction,
        NameRules.Overload, NameRules.Duplicate, NameRules.Invalid).AddRange(PayloadDiagnostics.All);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var contract = (INamedTypeSymbol)context.Symbol;
        if (contract.TypeKind != TypeKind.Interface || KnownTypes.Attribute(contract, "RpcServiceAttribute") is not { } attribute)
        {
            return;
        }

        var payloads = new PayloadCollector(context.Compilation, context.CancellationToken);
        var rules = new RuleContext(contract, context.Compilation, context.ReportDiagnostic, context.CancellationToken);
        ContractParser.Parse(contract, attribute, payloads, rules);
        foreach (var finding in payloads.Diagnostics)
        {
            rules.Report(finding.ToDiagnostic(context.Compilation));
        }
    }
}
