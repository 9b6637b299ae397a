using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>What an interface must be to be a contract.</summary>
internal static class ContractRules
{
    public static readonly DiagnosticDescriptor Generic = Rule.Error(
        "RPC0001",
        "A contract is not generic",
        "The contract '{0}' is generic, or nested in a generic type: there is no one set of calls for it. Derive a contract that is not generic from it, and put [RpcService] there.");

    public static readonly DiagnosticDescriptor Inaccessible = Rule.Error(
        "RPC0002",
        "A contract can be named by generated code",
        "The contract '{0}' is {1}, so generated code cannot implement it. Make it internal or public.");

    public static readonly DiagnosticDescriptor LanguageVersion = Rule.Error(
        "RPC0003",
        "Generated code needs C# 9",
        "The contract '{0}' is compiled as C# {1}; generated code needs C# 9. Set <LangVersion>9.0</LangVersion> or later.");

    public static readonly DiagnosticDescriptor InvalidName = Rule.Error(
        "RPC0004",
        "A contract's name can travel",
        "The contract '{0}' cannot be named '{1}': a name is 1 to 256 characters without white space, control characters or '/'");

    public static readonly DiagnosticDescriptor DuplicateName = Rule.Warning(
        "RPC0005",
        "Contracts have different names on the wire",
        "The contracts '{0}' and '{1}' have the same name on the wire, '{2}': one connection cannot serve both",
        WellKnownDiagnosticTags.CompilationEnd);

    /// <summary>Checks the interface itself.</summary>
    public static void Check(INamedTypeSymbol contract, AttributeData attribute, RuleContext context)
    {
        for (var type = contract; type is not null; type = type.ContainingType)
        {
            if (type.TypeParameters.Length > 0)
            {
                context.Report(Generic, Locate.Name(contract), contract.Name);
                break;
            }
        }

        if (Hidden(contract) is { } accessibility)
        {
            context.Report(Inaccessible, Locate.Name(contract), contract.Name, accessibility);
        }

        if (contract.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < Microsoft.CodeAnalysis.CSharp.LanguageVersion.CSharp9 } options)
        {
            context.Report(LanguageVersion, Locate.Name(contract), contract.Name, options.LanguageVersion.ToDisplayString());
        }

        if (attribute.ConstructorArguments.Length == 1 && !WireName.IsValid(attribute.ConstructorArguments[0].Value as string, out var shown))
        {
            context.Report(InvalidName, attribute.ApplicationSyntaxReference?.GetSyntax().GetLocation(), contract.Name, shown);
        }
    }

    private static string? Hidden(INamedTypeSymbol contract)
    {
        for (var type = contract; type is not null; type = type.ContainingType)
        {
            if (type.IsFileLocal())
            {
                return "file-local";
            }

            switch (type.DeclaredAccessibility)
            {
                case Accessibility.Private:
                    return ReferenceEquals(type, contract) ? "private" : "nested in a private type";
                case Accessibility.Protected:
                case Accessibility.ProtectedAndInternal:
                    return ReferenceEquals(type, contract) ? "protected" : "nested in a protected type";
            }
        }

        return null;
    }
}
