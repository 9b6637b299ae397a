using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace Rpc.Generator.CodeFixes;

/// <summary>Pieces of syntax that the fixes share.</summary>
internal static class Syntaxes
{
    /// <summary>A type, written as shortly as its place allows; a <c>using</c> is added where one is missing.</summary>
    public static TypeSyntax Type(Document document, ITypeSymbol type) =>
        (TypeSyntax)SyntaxGenerator.GetGenerator(document).TypeExpression(type).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);

    /// <summary>An attribute of the namespace Rpc.</summary>
    /// <param name="document">Where it goes.</param>
    /// <param name="compilation">What knows it.</param>
    /// <param name="name">Its full metadata name.</param>
    /// <param name="arguments">Its arguments as C#.</param>
    public static AttributeSyntax? Attribute(Document document, Compilation compilation, string name, params string[] arguments)
    {
        if (compilation.GetTypeByMetadataName(name) is not { } type || Type(document, type) is not NameSyntax written)
        {
            return null;
        }

        var attribute = SyntaxFactory.Attribute(written);
        return arguments.Length == 0 ? attribute : attribute.AddArgumentListArguments([.. arguments.Select(Argument)]);
    }

    /// <summary>An argument of an attribute.</summary>
    public static AttributeArgumentSyntax Argument(string text)
    {
        var equals = text.IndexOf('=');
        return SyntaxFactory.AttributeArgument(
            SyntaxFactory.NameEquals(text.Substring(0, equals).Trim()),
            nameColon: null,
            SyntaxFactory.ParseExpression(text.Substring(equals + 1).Trim()));
    }

    /// <summary>The attribute of this name on a member, or null.</summary>
    public static AttributeSyntax? Find(MemberDeclarationSyntax member, string name) =>
        member.AttributeLists.SelectMany(static list => list.Attributes).FirstOrDefault(attribute => IsNamed(attribute.Name, name));

    /// <summary>A member without one of its attributes; a list that becomes empty goes too.</summary>
    public static SyntaxNode Without(SyntaxNode member, AttributeSyntax attribute)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        return member.RemoveNode(list.Attributes.Count == 1 ? list : attribute, SyntaxRemoveOptions.KeepLeadingTrivia)!;
    }

    private static bool IsNamed(NameSyntax written, string name)
    {
        var last = written switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
        return last == name || last == name + "Attribute";
    }
}
