using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>The declarations through which one formatter reaches members that are not accessible to it.</summary>
/// <remarks>They need <c>UnsafeAccessor</c>, which .NET 8 and later have, and a type that is not generic: .NET 8 finds no members of generic ones.</remarks>
internal sealed class Accessors
{
    private const string Attribute = "System.Runtime.CompilerServices.UnsafeAccessorAttribute";

    private readonly Compilation _compilation;
    private readonly bool _isSupported;
    private readonly Dictionary<string, string> _methods = new(StringComparer.Ordinal);
    private readonly ImmutableArray<string>.Builder _declarations = ImmutableArray.CreateBuilder<string>();

    /// <summary>Begins with none.</summary>
    /// <param name="compilation">The compilation.</param>
    public Accessors(Compilation compilation)
    {
        _compilation = compilation;
        _isSupported = compilation.GetTypeByMetadataName(Attribute) is { } attribute && BuiltInTypes.IsFramework(attribute);
    }

    /// <summary>The declarations.</summary>
    public ImmutableArray<string> Declarations => _declarations.ToImmutable();

    /// <summary>An expression that reads a member.</summary>
    /// <param name="member">The member.</param>
    /// <returns>The expression, <c>{0}</c> being the object; null when nothing reaches it.</returns>
    public string? Getter(MemberCandidate member)
    {
        var accessed = (ISymbol?)member.Getter ?? member.Symbol;
        if (IsAccessible(accessed))
        {
            return "{0}." + TypeNames.Identifier(member.Symbol.Name);
        }

        return member.Symbol is IFieldSymbol field ? Field(field) : Method(accessed, TypeNames.Of(member.Type), null);
    }

    /// <summary>A statement that sets a member of an object that exists.</summary>
    /// <param name="member">The member; not read-only.</param>
    /// <returns>The statement, <c>{0}</c> being the object and <c>{1}</c> the value; null when nothing reaches it.</returns>
    public string? Setter(MemberCandidate member)
    {
        if (member.Symbol is IFieldSymbol field)
        {
            var target = IsAccessible(field) ? "{0}." + TypeNames.Identifier(field.Name) : Field(field);
            return target is null ? null : target + " = {1};";
        }

        var setter = member.Setter!;
        if (IsAccessible(setter) && !setter.IsInitOnly)
        {
            return "{0}." + TypeNames.Identifier(member.Symbol.Name) + " = {1};";
        }

        return Method(setter, "void", TypeNames.Of(member.Type)) is { } call ? call + ";" : null;
    }

    /// <summary>A method that calls a constructor.</summary>
    /// <param name="constructor">The constructor.</param>
    /// <returns>The method's name; null when nothing reaches it.</returns>
    public string? Constructor(IMethodSymbol constructor)
    {
        if (!CanDeclare(constructor.ContainingType))
        {
            return null;
        }

        var parameters = constructor.Parameters.Select(static parameter => $"{TypeNames.Of(parameter.Type)} {TypeNames.Identifier(parameter.Name)}");
        return Declare("Constructor", string.Empty, TypeNames.Of(constructor.ContainingType), string.Join(", ", parameters));
    }

    /// <summary>A statement that calls a method without parameters.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The statement, <c>{0}</c> being the object; null when nothing reaches it.</returns>
    public string? Call(IMethodSymbol method)
    {
        if (!IsAccessible(method))
        {
            return Method(method, TypeNames.Of(method.ReturnType), null) is { } call ? call + ";" : null;
        }

        var target = method.IsStatic ? TypeNames.Of(method.ContainingType) : "{0}";
        return $"{target}.{TypeNames.Identifier(method.Name)}();";
    }

    /// <summary>Whether code of the user's assembly may name a symbol.</summary>
    /// <param name="symbol">The symbol.</param>
    public bool IsAccessible(ISymbol symbol) => _compilation.IsSymbolAccessibleWithin(symbol, _compilation.Assembly);

    private string? Field(IFieldSymbol field) => CanDeclare(field.ContainingType)
        ? Declare("Field", field.Name, "ref " + TypeNames.Of(field.Type), Target(field.ContainingType)) + "(" + Argument(field.ContainingType) + ")"
        : null;

    private string? Method(ISymbol method, string returns, string? value)
    {
        if (!CanDeclare(method.ContainingType))
        {
            return null;
        }

        var isStatic = method.IsStatic;
        var name = Declare(
            isStatic ? "StaticMethod" : "Method",
            method.Name,
            returns,
            Target(method.ContainingType) + (value is null ? string.Empty : $", {value} value"));
        return $"{name}({(isStatic ? (method.ContainingType.IsValueType ? Argument(method.ContainingType) : "null!") : Argument(method.ContainingType))}{(value is null ? string.Empty : ", {1}")})";
    }

    private bool CanDeclare(INamedTypeSymbol type)
    {
        if (!_isSupported)
        {
            return false;
        }

        for (var current = type; current is not null; current = current.ContainingType)
        {
            if (current.IsGenericType)
            {
                return false;
            }
        }

        return true;
    }

    private string Declare(string kind, string name, string returns, string parameters)
    {
        var key = $"{kind} {name}({parameters})";
        if (_methods.TryGetValue(key, out var method))
        {
            return method;
        }

        method = $"Access{_methods.Count}";
        _methods.Add(key, method);
        var named = name.Length > 0 ? $", Name = \"{name}\"" : string.Empty;
        _declarations.Add($"[global::{Attribute.Substring(0, Attribute.Length - "Attribute".Length)}(global::System.Runtime.CompilerServices.UnsafeAccessorKind.{kind}{named})]");
        _declarations.Add($"private static extern {returns} {method}({parameters});");
        return method;
    }

    private static string Target(INamedTypeSymbol type) => (type.IsValueType ? "ref " : string.Empty) + TypeNames.Of(type) + " target";

    private static string Argument(INamedTypeSymbol type) => type.IsValueType ? "ref {0}" : "{0}";
}
