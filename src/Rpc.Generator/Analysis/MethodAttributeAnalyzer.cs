using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis;

/// <summary>Finds <c>[RpcMethod]</c> where nothing reads it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MethodAttributeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(UseRules.Misplaced);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Analyze, SymbolKind.Method);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (KnownTypes.Attribute(method, "RpcMethodAttribute") is not { } attribute)
        {
            return;
        }

        var reason = method switch
        {
            { ContainingType.TypeKind: not TypeKind.Interface } => "it is not an interface's method; settings stand on the contract",
            { IsAbstract: false } => "it has a body, so it runs where it is called",
            _ => null,
        };
        if (reason is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                UseRules.Misplaced,
                attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken).GetLocation() ?? Locate.Name(method),
                method.Name,
                reason));
        }
    }
}
