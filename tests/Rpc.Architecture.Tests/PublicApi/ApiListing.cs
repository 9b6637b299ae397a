using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rpc.Architecture.Tests.PublicApi;

/// <summary>Writes what an assembly offers, in ordinal order: types, members, nullability, default values.</summary>
internal static class ApiListing
{
    private static readonly SymbolDisplayFormat s_member = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeExtensionThis | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        SymbolDisplayLocalOptions.None,
        SymbolDisplayKindOptions.IncludeMemberKeyword,
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat s_type = s_member
        .WithMemberOptions(SymbolDisplayMemberOptions.None)
        .WithKindOptions(SymbolDisplayKindOptions.None);

    /// <summary>Lists an assembly.</summary>
    public static string Of(IAssemblySymbol assembly)
    {
        var types = new List<INamedTypeSymbol>();
        Collect(assembly.GlobalNamespace, types);
        var text = new StringBuilder();
        foreach (var type in types.OrderBy(static type => type.ToDisplayString(s_type), StringComparer.Ordinal))
        {
            text.Append(Declaration(type)).Append('\n');
            foreach (var member in Members(type))
            {
                text.Append("    ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static void Collect(INamespaceOrTypeSymbol container, List<INamedTypeSymbol> types)
    {
        foreach (var member in container.GetMembers())
        {
            if (member is INamespaceSymbol inner)
            {
                Collect(inner, types);
            }
            else if (member is INamedTypeSymbol type && IsOffered(type))
            {
                types.Add(type);
                Collect(type, types);
            }
        }
    }

    private static string Declaration(INamedTypeSymbol type)
    {
        var text = new StringBuilder(SyntaxFacts.GetText(type.DeclaredAccessibility)).Append(' ');
        text.Append(type switch
        {
            { TypeKind: TypeKind.Class, IsStatic: true } => "static ",
            { TypeKind: TypeKind.Class, IsAbstract: true } => "abstract ",
            { TypeKind: TypeKind.Class, IsSealed: true } => "sealed ",
            { TypeKind: TypeKind.Struct, IsReadOnly: true } => "readonly ",
            _ => "",
        });
        text.Append(type.IsRefLikeType ? "ref " : "").Append(type.IsRecord ? "record " : "");
#pragma warning disable CA1308 // Keywords are in lower case.
        text.Append(type.TypeKind.ToString().ToLowerInvariant()).Append(' ').Append(type.ToDisplayString(s_type));
#pragma warning restore CA1308
        if (type.TypeKind == TypeKind.Delegate)
        {
            return text.Append(" = ").Append(type.DelegateInvokeMethod!.ToDisplayString(s_member)).ToString();
        }

        var bases = type.Interfaces.Select(static contract => contract.ToDisplayString(s_type)).Order(StringComparer.Ordinal).ToList();
        if (type.TypeKind == TypeKind.Class && type.BaseType is { SpecialType: not SpecialType.System_Object } parent)
        {
            bases.Insert(0, parent.ToDisplayString(s_type));
        }
        else if (type.TypeKind == TypeKind.Enum)
        {
            bases = [type.EnumUnderlyingType!.ToDisplayString(s_type)];
        }

        return bases.Count == 0 ? text.ToString() : text.Append(" : ").AppendJoin(", ", bases).ToString();
    }

    private static IEnumerable<string> Members(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Delegate)
        {
            return [];
        }

        if (type.TypeKind == TypeKind.Enum)
        {
            return type.GetMembers().OfType<IFieldSymbol>().Where(static field => field.HasConstantValue)
                .Select(static field => $"{field.Name} = {field.ConstantValue}");
        }

        return type.GetMembers()
            .Where(static member => member is not INamedTypeSymbol && IsOffered(member) && !IsAccessor(member))
            .Select(static member => member.ToDisplayString(s_member))
            .Order(StringComparer.Ordinal);
    }

    private static bool IsAccessor(ISymbol member) =>
        member is IMethodSymbol
        {
            MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove or MethodKind.StaticConstructor or MethodKind.Destructor,
        };

    private static bool IsOffered(ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Public => true,
        Accessibility.Protected or Accessibility.ProtectedOrInternal => symbol.ContainingType is { IsSealed: false },
        _ => false,
    };
}
