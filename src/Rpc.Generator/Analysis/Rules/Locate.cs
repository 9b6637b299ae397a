using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>Finds the exact place of a finding.</summary>
internal static class Locate
{
    /// <summary>The name of a symbol.</summary>
    public static Location? Name(ISymbol symbol) => symbol.Locations.FirstOrDefault(static l => l.IsInSource);

    /// <summary>The return type of a method.</summary>
    public static Location? ReturnType(IMethodSymbol method) =>
        Syntax(method) is MethodDeclarationSyntax declaration ? declaration.ReturnType.GetLocation() : Name(method);

    /// <summary>The type of a parameter.</summary>
    public static Location? Type(IParameterSymbol parameter) =>
        Syntax(parameter) is ParameterSyntax { Type: { } type } ? type.GetLocation() : Name(parameter);

    /// <summary>The modifiers and the type of a parameter.</summary>
    public static Location? Declaration(IParameterSymbol parameter) => Syntax(parameter)?.GetLocation() ?? Name(parameter);

    /// <summary>A named argument of an attribute, the attribute when it is not there, or the symbol's name when there is no attribute.</summary>
    public static Location? Argument(ISymbol symbol, AttributeData? attribute, string argument)
    {
        if (attribute?.ApplicationSyntaxReference?.GetSyntax() is not AttributeSyntax syntax)
        {
            return Name(symbol);
        }

        var found = syntax.ArgumentList?.Arguments.FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == argument);
        return (found ?? (SyntaxNode)syntax).GetLocation();
    }

    private static SyntaxNode? Syntax(ISymbol symbol) => symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
}
