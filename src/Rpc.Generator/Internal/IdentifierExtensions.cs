using Microsoft.CodeAnalysis.CSharp;

namespace Rpc.Generator.Internal;

/// <summary>Names as C# writes them.</summary>
internal static class IdentifierExtensions
{
    /// <summary>A name as an identifier, with <c>@</c> where it is a keyword.</summary>
    public static string Escape(this string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
