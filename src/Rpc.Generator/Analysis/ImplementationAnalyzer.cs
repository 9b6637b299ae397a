using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis;

/// <summary>Finds implementations of contracts that cannot work: <c>async void</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ImplementationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(UseRules.AsyncVoid);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.Method);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        if (context.Symbol is IMethodSymbol { IsAsync: true, ReturnsVoid: true, ContainingType.TypeKind: TypeKind.Class or TypeKind.Struct } method
            && ContractImplementation.Of(method) is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(UseRules.AsyncVoid, Locate.Name(method), method.Name));
        }
    }
}
