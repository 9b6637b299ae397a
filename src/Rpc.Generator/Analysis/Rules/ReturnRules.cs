using Microsoft.CodeAnalysis;
using Rpc.Generator.Parsing.Contracts;

namespace Rpc.Generator.Analysis.Rules;

/// <summary>What a contract's method may return.</summary>
internal static class ReturnRules
{
    public static readonly DiagnosticDescriptor Unsupported = Rule.Error(
        "RPC0013",
        "A contract's method returns a task, a stream or nothing",
        "The method '{0}' returns '{1}'; a call takes time, so return ValueTask, ValueTask<T>, Task, Task<T>, IAsyncEnumerable<T>, or void for a one-way method");

    public static readonly DiagnosticDescriptor StreamInTask = Rule.Error(
        "RPC0014",
        "A stream is returned as it is",
        "The method '{0}' returns '{1}'; return the stream itself, IAsyncEnumerable<T>: enumerating it makes the call");

    public static readonly DiagnosticDescriptor Nested = Rule.Error(
        "RPC0023",
        "Streams and progress stand by themselves",
        "The type '{0}' has a stream or progress inside; IAsyncEnumerable<T> may be a parameter or the result, IProgress<T> a parameter, neither part of another type");

    /// <summary>Checks a method's return type.</summary>
    /// <returns>Its shape, or null after a finding.</returns>
    public static ReturnType? Check(IMethodSymbol method, RuleContext context)
    {
        if (method.ReturnsByRef || method.ReturnsByRefReadonly || ReturnType.Of(method) is not { } found)
        {
            context.Report(Unsupported, Locate.ReturnType(method), method.Name, TypeNames.Short(method.ReturnType));
            return null;
        }

        if (found.Result is null)
        {
            return found;
        }

        if (found.Shape != Model.Contracts.ReturnShape.Stream && KnownTypes.IsAsyncEnumerable(found.Result, out _))
        {
            context.Report(StreamInTask, Locate.ReturnType(method), method.Name, TypeNames.Short(method.ReturnType));
            return null;
        }

        if (KnownTypes.ContainsStream(found.Result))
        {
            context.Report(Nested, Locate.ReturnType(method), TypeNames.Short(method.ReturnType));
            return null;
        }

        return found;
    }
}
