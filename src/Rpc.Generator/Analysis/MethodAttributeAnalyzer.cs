using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis;

/// <summary>Finds <c>[RpcMethod]</c>, <c>[RpcAuthorize]</c> and <c>[RpcAllowAnonymous]</c> where nothing reads them.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MethodAttributeAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] s_access = ["RpcAuthorize", "RpcAllowAnonymous"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(UseRules.Misplaced, AccessRules.Misplaced);

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
        var reason = method switch
        {
            { ContainingType.TypeKind: not TypeKind.Interface } => "it is not an interface's method; settings stand on the contract",
            { IsAbstract: false } => "it has a body, so it runs where it is called",
            _ => null,
        };
        if (reason is null)
        {
            return;
        }

        if (KnownTypes.Attribute(method, "RpcMethodAttribute") is { } attribute)
        {
            context.ReportDiagnostic(Diagnostic.Create(UseRules.Misplaced, At(attribute), method.Name, reason));
        }

        foreach (var name in s_access)
        {
            foreach (var access in KnownTypes.Attributes(method, name + "Attribute"))
            {
                context.ReportDiagnostic(Diagnostic.Create(AccessRules.Misplaced, At(access), name, method.Name, reason));
            }
        }

        Location? At(AttributeData found) => found.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken).GetLocation() ?? Locate.Name(method);
    }
}
