using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Recognises the types that mean something in a contract, by name: they come from whatever core library the compilation has.</summary>
internal static class KnownTypes
{
    public const string ServiceAttribute = "Rpc.RpcServiceAttribute";

    public const string MethodAttribute = "Rpc.RpcMethodAttribute";

    /// <summary>Whether an interface is a contract.</summary>
    public static bool IsContract(ITypeSymbol type) => type.TypeKind == TypeKind.Interface && Attribute(type, "RpcServiceAttribute") is not null;

    /// <summary>The attribute of this name in the namespace Rpc, or null.</summary>
    public static AttributeData? Attribute(ISymbol symbol, string name)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && type.Name == name && IsIn(type, "Rpc"))
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>The attributes of this name in the namespace Rpc.</summary>
    public static IEnumerable<AttributeData> Attributes(ISymbol symbol, string name) =>
        symbol.GetAttributes().Where(attribute => attribute.AttributeClass is { } type && type.Name == name && IsIn(type, "Rpc"));

    public static bool IsCancellationToken(ITypeSymbol type) => type.Name == "CancellationToken" && IsIn(type, "System", "Threading");

    public static bool IsTask(INamedTypeSymbol type) => type.Name == "Task" && IsIn(type, "System", "Threading", "Tasks");

    public static bool IsValueTask(INamedTypeSymbol type) => type.Name == "ValueTask" && IsIn(type, "System", "Threading", "Tasks");

    public static bool IsAsyncEnumerable(ITypeSymbol type, out ITypeSymbol item) =>
        IsGeneric(type, "IAsyncEnumerable", out item) && IsIn(type, "System", "Collections", "Generic");

    public static bool IsProgress(ITypeSymbol type, out ITypeSymbol item) => IsGeneric(type, "IProgress", out item) && IsIn(type, "System");

    /// <summary>Whether a type is, or has among its elements and type arguments, a stream or progress.</summary>
    public static bool ContainsStream(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => ContainsStream(array.ElementType),
        INamedTypeSymbol named => IsAsyncEnumerable(named, out _) || IsProgress(named, out _) || named.TypeArguments.Any(ContainsStream),
        _ => false,
    };

    private static bool IsGeneric(ITypeSymbol type, string name, out ITypeSymbol argument)
    {
        if (type.Name == name && type is INamedTypeSymbol { TypeArguments: { Length: 1 } arguments })
        {
            argument = arguments[0];
            return true;
        }

        argument = type;
        return false;
    }

    /// <summary>Whether a type stands, not nested, in the namespace of these parts.</summary>
    private static bool IsIn(ITypeSymbol type, params string[] parts)
    {
        var space = type.ContainingNamespace;
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            if (space is null || space.Name != parts[i])
            {
                return false;
            }

            space = space.ContainingNamespace;
        }

        return space is { IsGlobalNamespace: true } && type.ContainingType is null;
    }
}
