using Microsoft.CodeAnalysis;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>Who may call what.</summary>
internal static class AccessRules
{
    public static readonly DiagnosticDescriptor Empty = Rule.Error(
        "RPC0037",
        "[RpcAuthorize] names what it asks for",
        "[RpcAuthorize] on '{0}' names {1}; nobody could meet it, or anybody would");

    public static readonly DiagnosticDescriptor Contradiction = Rule.Warning(
        "RPC0038",
        "Nothing is asked of callers who may be anybody",
        "'{0}' has [RpcAllowAnonymous], so its [RpcAuthorize] has no effect; remove one of them");

    public static readonly DiagnosticDescriptor Misplaced = Rule.Error(
        "RPC0039",
        "Who may call is said on the contract",
        "[{0}] on '{1}' protects nothing: {2}");

    /// <summary>Checks the attributes of a contract or of one of its methods.</summary>
    public static void Check(ISymbol symbol, RuleContext context)
    {
        AttributeData? any = null;
        foreach (var attribute in AccessParser.AuthorizeAttributes(symbol))
        {
            any = attribute;
            if (attribute.ConstructorArguments.Length == 1 && string.IsNullOrWhiteSpace(attribute.ConstructorArguments[0].Value as string))
            {
                context.Report(Empty, At(attribute), symbol.Name, "a policy without a name");
            }

            if (AccessParser.RolesOf(attribute) is { } roles && AccessParser.RequirementOf(attribute).Roles.Count == 0)
            {
                context.Report(Empty, At(attribute), symbol.Name, $"no role in \"{roles}\"");
            }
        }

        if (any is not null && AccessParser.AllowsAnonymous(symbol))
        {
            context.Report(Contradiction, At(any), symbol.Name);
        }

        Location? At(AttributeData attribute) => attribute.ApplicationSyntaxReference?.GetSyntax(context.CancellationToken).GetLocation() ?? Locate.Name(symbol);
    }
}
