using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Contracts;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>What parameters a contract's method may have.</summary>
internal static class ParameterRules
{
    /// <summary>The most members of an object in the MemoryPack format, which a method's arguments are.</summary>
    public const int MostMembers = 249;

    public static readonly DiagnosticDescriptor ByReference = Rule.Error(
        "RPC0020",
        "Arguments are passed by value",
        "The parameter '{0}' is passed by '{1}'; an argument is a copy that the peer gets, so pass it by value and return what comes back");

    public static readonly DiagnosticDescriptor SecondToken = Rule.Error(
        "RPC0021",
        "A method has one CancellationToken",
        "The method '{0}' has a second CancellationToken, '{1}'; a call is cancelled as a whole");

    public static readonly DiagnosticDescriptor TooMany = Rule.Error(
        "RPC0022",
        "A method has no more than 249 parameters",
        "The method '{0}' has {1} parameters on the wire, more than the 249 members that an object may have; put them into a type");

    public static readonly DiagnosticDescriptor StackOnly = Rule.Error(
        "RPC0024",
        "Arguments are values that can leave the stack",
        "The parameter '{0}' is of type '{1}', {2}, which cannot travel; use an array or ReadOnlyMemory<T>");

    public static readonly DiagnosticDescriptor StreamOfOneWay = Rule.Error(
        "RPC0025",
        "A one-way method has no stream and no progress",
        "The method '{0}' is one-way, so nothing tells when its {1} '{2}' ends; return ValueTask");

    public static readonly DiagnosticDescriptor OptionalStream = Rule.Error(
        "RPC0026",
        "A stream argument is never null",
        "The stream '{0}' may be null; an empty stream says the same and needs no second form");

    /// <summary>Checks one parameter.</summary>
    /// <returns>What it is on the wire, or null after a finding.</returns>
    public static ParameterKind? Check(IParameterSymbol parameter, RuleContext context)
    {
        if (parameter.RefKind != RefKind.None)
        {
            context.Report(ByReference, Locate.Declaration(parameter), parameter.Name, Keyword(parameter.RefKind));
            return null;
        }

        var type = parameter.Type;
        if (type.IsRefLikeType || type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
        {
            context.Report(StackOnly, Locate.Type(parameter), parameter.Name, TypeNames.Short(type), type.IsRefLikeType ? "a ref struct" : "a pointer");
            return null;
        }

        if (KnownTypes.IsCancellationToken(type))
        {
            return ParameterKind.Cancellation;
        }

        if (KnownTypes.IsAsyncEnumerable(type, out var item))
        {
            if (type.NullableAnnotation == NullableAnnotation.Annotated || parameter.HasExplicitDefaultValue)
            {
                context.Report(OptionalStream, Locate.Declaration(parameter), parameter.Name);
                return null;
            }

            return Unnested(parameter, item, context) ? ParameterKind.Items : null;
        }

        if (KnownTypes.IsProgress(type, out item))
        {
            return Unnested(parameter, item, context) ? ParameterKind.Progress : null;
        }

        return Unnested(parameter, type, context) ? ParameterKind.Value : null;
    }

    /// <summary>Checks the parameters together.</summary>
    public static void Check(IMethodSymbol method, IReadOnlyList<(IParameterSymbol Symbol, ParameterKind Kind)> parameters, bool isOneWay, RuleContext context)
    {
        var token = false;
        var members = 0;
        foreach (var (parameter, kind) in parameters)
        {
            if (kind == ParameterKind.Cancellation)
            {
                if (token)
                {
                    context.Report(SecondToken, Locate.Declaration(parameter), method.Name, parameter.Name);
                }

                token = true;
            }

            members += kind is ParameterKind.Value or ParameterKind.Progress ? 1 : 0;
            if (isOneWay && kind is (ParameterKind.Items or ParameterKind.Progress))
            {
                context.Report(StreamOfOneWay, Locate.Type(parameter), method.Name, kind == ParameterKind.Items ? "stream" : "progress", parameter.Name);
            }
        }

        if (members > MostMembers)
        {
            context.Report(TooMany, Locate.Name(method), method.Name, members);
        }
    }

    private static bool Unnested(IParameterSymbol parameter, ITypeSymbol type, RuleContext context)
    {
        if (!KnownTypes.ContainsStream(type))
        {
            return true;
        }

        context.Report(ReturnRules.Nested, Locate.Type(parameter), TypeNames.Short(parameter.Type));
        return false;
    }

    private static string Keyword(RefKind kind) => kind switch
    {
        RefKind.Ref => "ref",
        RefKind.Out => "out",
        RefKind.In => "in",
        _ => "ref readonly",
    };
}
