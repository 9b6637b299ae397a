using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis;

/// <summary>Finds contracts of one compilation with the same name on the wire.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractNameAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(ContractRules.DuplicateName);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            var contracts = new ConcurrentBag<(string Name, INamedTypeSymbol Contract)>();
            start.RegisterSymbolAction(symbol => Collect((INamedTypeSymbol)symbol.Symbol, contracts), SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end => Report(end, contracts));
        });
    }

    private static void Collect(INamedTypeSymbol type, ConcurrentBag<(string Name, INamedTypeSymbol Contract)> contracts)
    {
        if (type.TypeKind == TypeKind.Interface && KnownTypes.Attribute(type, "RpcServiceAttribute") is { } attribute)
        {
            contracts.Add((ContractParser.WireNameOf(type, attribute), type));
        }
    }

    private static void Report(CompilationAnalysisContext context, IEnumerable<(string Name, INamedTypeSymbol Contract)> contracts)
    {
        foreach (var group in contracts.GroupBy(static c => c.Name, StringComparer.Ordinal))
        {
            var ordered = group.Select(static c => c.Contract).OrderBy(TypeNames.Metadata, StringComparer.Ordinal).ToArray();
            foreach (var contract in ordered.Skip(1))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    ContractRules.DuplicateName, Locate.Name(contract), TypeNames.Wire(ordered[0]), TypeNames.Wire(contract), group.Key));
            }
        }
    }
}
