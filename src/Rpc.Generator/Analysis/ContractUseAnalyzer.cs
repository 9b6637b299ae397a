using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis;

/// <summary>Checks that what is asked for as a contract is one: <c>GetProxy&lt;T&gt;</c>, <c>AddService&lt;T, …&gt;</c>, <c>Serve&lt;T&gt;</c>
/// and their like. In each of them the contract is the first type argument.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractUseAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(UseRules.NotMarked, UseRules.NotInterface);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(Analyze, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var invocation = (IInvocationOperation)context.Operation;
        var method = invocation.TargetMethod;
        if (method.TypeArguments.Length == 0 || !TakesContract(method) || !IsOfRpc(method.ContainingNamespace))
        {
            return;
        }

        var contract = method.TypeArguments[0];
        if (contract.TypeKind is TypeKind.TypeParameter or TypeKind.Error || KnownTypes.IsContract(contract))
        {
            return;
        }

        var location = Argument(invocation.Syntax) ?? invocation.Syntax.GetLocation();
        var name = TypeNames.Short(contract);
        context.ReportDiagnostic(contract.TypeKind == TypeKind.Interface
            ? Diagnostic.Create(UseRules.NotMarked, location, name, method.Name)
            : Diagnostic.Create(UseRules.NotInterface, location, name, method.Name));
    }

    private static bool TakesContract(IMethodSymbol method) => method.Name switch
    {
        "GetProxy" or "AddProxy" or "AddService" or "Serve" => true,
        "Get" or "Join" => method.ContainingType.Name == "RpcGroups",
        _ => false,
    };

    private static bool IsOfRpc(INamespaceSymbol? space)
    {
        while (space is { ContainingNamespace: { IsGlobalNamespace: false } outer })
        {
            space = outer;
        }

        return space?.Name == "Rpc";
    }

    /// <summary>The first type argument where it is written, else the method's name.</summary>
    private static Location? Argument(SyntaxNode invocation)
    {
        var name = (invocation as InvocationExpressionSyntax)?.Expression switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            MemberBindingExpressionSyntax binding => binding.Name,
            SimpleNameSyntax simple => simple,
            _ => null,
        };
        return name is GenericNameSyntax generic ? generic.TypeArgumentList.Arguments[0].GetLocation() : name?.GetLocation();
    }
}
