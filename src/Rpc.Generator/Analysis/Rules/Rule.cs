using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>Makes the descriptors of the contract rules.</summary>
internal static class Rule
{
    private const string Category = "Rpc.Contracts";

    /// <summary>A contract that breaks the rule cannot be generated.</summary>
    public static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpPage.Of(id));

    /// <summary>Code that breaks the rule compiles and most likely does not do what was meant.</summary>
    public static DiagnosticDescriptor Warning(string id, string title, string message, params string[] tags) =>
        new(id, title, message, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpPage.Of(id), customTags: tags);
}
