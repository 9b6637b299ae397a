using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Tells whether making an object runs code of the user's that depends on the payload, and so may refuse it.</summary>
internal static class UserCode
{
    /// <summary>Whether a constructor or a setter has a body. What is in another assembly may.</summary>
    /// <param name="constructor">The constructor that reading calls.</param>
    /// <param name="members">The members that it sets.</param>
    public static bool RunsIn(IMethodSymbol constructor, IReadOnlyCollection<MemberCandidate> members) =>
        HasBody(constructor) || members.Any(static member => member.Setter is { } setter && HasBody(setter));

    private static bool HasBody(IMethodSymbol method)
    {
        if (method.DeclaringSyntaxReferences.IsEmpty)
        {
            // An implicit constructor takes nothing from the payload, but its base may be anyone's.
            return !(method.IsImplicitlyDeclared && method.ContainingType.DeclaringSyntaxReferences.Length > 0 && IsPlain(method.ContainingType.BaseType));
        }

        return method.DeclaringSyntaxReferences.Any(static reference => reference.GetSyntax() switch
        {
            AccessorDeclarationSyntax accessor => accessor.Body is not null || accessor.ExpressionBody is not null,

            // The parameter of a positional record sets its property; a primary constructor of a class or struct runs the initializers.
            RecordDeclarationSyntax record => record.BaseList?.Types.FirstOrDefault() is PrimaryConstructorBaseTypeSyntax,
            ParameterSyntax => false,
            _ => true,
        });
    }

    private static bool IsPlain(INamedTypeSymbol? type) =>
        type is null
        || type.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType
        || type.InstanceConstructors.Any(static constructor => constructor.Parameters.IsEmpty && !HasBody(constructor));
}
