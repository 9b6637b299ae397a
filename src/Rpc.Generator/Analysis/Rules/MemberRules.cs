using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>Which members a contract may have.</summary>
internal static class MemberRules
{
    public static readonly DiagnosticDescriptor Unsupported = Rule.Error(
        "RPC0010",
        "A contract has methods only",
        "The {0} '{1}' cannot be called remotely: a contract has methods only");

    public static readonly DiagnosticDescriptor Generic = Rule.Error(
        "RPC0011",
        "A contract's methods are not generic",
        "The method '{0}' is generic: the types of its arguments would be unknown to the peer");

    public static readonly DiagnosticDescriptor StaticAbstract = Rule.Error(
        "RPC0012",
        "A contract has no static abstract members",
        "The member '{0}' is static and abstract, which a proxy cannot be asked for");

    public static readonly DiagnosticDescriptor Inaccessible = Rule.Error(
        "RPC0016",
        "A contract's methods are accessible",
        "The method '{0}' is {1}, so generated code cannot call it. Make it public, or give it a body.");

    /// <summary>Checks an abstract member that is no ordinary method, or a method before its signature.</summary>
    /// <returns>Whether it is a method whose signature is worth a look.</returns>
    public static bool Check(ISymbol member, RuleContext context)
    {
        if (member.IsStatic)
        {
            context.Report(StaticAbstract, Locate.Name(member), member.Name);
            return false;
        }

        if (member is not IMethodSymbol method)
        {
            context.Report(Unsupported, Locate.Name(member), Kind(member), member is IPropertySymbol { IsIndexer: true } ? "this[]" : member.Name);
            return false;
        }

        if (method.IsGenericMethod)
        {
            context.Report(Generic, Locate.Name(method), method.Name);
            return false;
        }

        if (!IsAccessible(method, context.Compilation.Assembly))
        {
            context.Report(Inaccessible, Locate.Name(method), method.Name, Accessibility(method));
            return false;
        }

        return true;
    }

    private static string Kind(ISymbol member) => member switch
    {
        IPropertySymbol { IsIndexer: true } => "indexer",
        IPropertySymbol => "property",
        IEventSymbol => "event",
        _ => "member",
    };

    private static bool IsAccessible(IMethodSymbol method, IAssemblySymbol assembly) => method.DeclaredAccessibility switch
    {
        Microsoft.CodeAnalysis.Accessibility.Public => true,
        Microsoft.CodeAnalysis.Accessibility.Internal or Microsoft.CodeAnalysis.Accessibility.ProtectedOrInternal =>
            SymbolEqualityComparer.Default.Equals(method.ContainingAssembly, assembly) || method.ContainingAssembly.GivesAccessTo(assembly),
        _ => false,
    };

    private static string Accessibility(IMethodSymbol method) => method.DeclaredAccessibility switch
    {
        Microsoft.CodeAnalysis.Accessibility.Internal => "internal to another assembly",
        Microsoft.CodeAnalysis.Accessibility.Private => "private",
        _ => "protected",
    };
}
