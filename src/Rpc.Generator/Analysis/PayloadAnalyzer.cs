using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Rpc.Generator.Parsing.Payloads;

namespace Rpc.Generator.Analysis;

/// <summary>Reports what keeps a type with <c>[RpcPayload]</c>, or one that the assembly names so, from getting a formatter.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PayloadAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => PayloadDiagnostics.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(
            static symbol => Analyze(symbol.Symbol, symbol.Compilation, symbol.ReportDiagnostic, symbol.CancellationToken), SymbolKind.NamedType);
        context.RegisterCompilationAction(
            static end => Analyze(end.Compilation.Assembly, end.Compilation, end.ReportDiagnostic, end.CancellationToken));
    }

    private static void Analyze(ISymbol symbol, Compilation compilation, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        var attributes = symbol.GetAttributes().Where(static attribute => attribute.AttributeClass?.ToDisplayString() == PayloadRootParser.AttributeName).ToList();
        if (attributes.Count == 0)
        {
            return;
        }

        var collector = new PayloadCollector(compilation, cancellationToken);
        foreach (var type in PayloadRootParser.RootTypes(symbol, attributes))
        {
            collector.AddCall(type, attributes[0].ApplicationSyntaxReference?.GetSyntax(cancellationToken).GetLocation());
        }

        foreach (var finding in collector.Diagnostics)
        {
            report(finding.ToDiagnostic(compilation));
        }
    }
}
