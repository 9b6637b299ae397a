using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Contracts;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>A return type that a contract's method may have.</summary>
internal sealed class ReturnType
{
    private ReturnType(ReturnShape shape, ITypeSymbol? result)
    {
        Shape = shape;
        Result = result;
    }

    public ReturnShape Shape { get; }

    /// <summary>What the task brings, or an item of the stream.</summary>
    public ITypeSymbol? Result { get; }

    /// <summary>Takes a method's return type apart; null when a contract's method may not return it.</summary>
    public static ReturnType? Of(IMethodSymbol method)
    {
        if (method.ReturnsVoid)
        {
            return new ReturnType(ReturnShape.Void, null);
        }

        if (method.ReturnType is not INamedTypeSymbol type)
        {
            return null;
        }

        if (KnownTypes.IsAsyncEnumerable(type, out var item))
        {
            return new ReturnType(ReturnShape.Stream, item);
        }

        return (type.Arity, KnownTypes.IsValueTask(type), KnownTypes.IsTask(type)) switch
        {
            (0, true, _) => new ReturnType(ReturnShape.ValueTask, null),
            (0, _, true) => new ReturnType(ReturnShape.Task, null),
            (1, true, _) => new ReturnType(ReturnShape.ValueTaskOfResult, type.TypeArguments[0]),
            (1, _, true) => new ReturnType(ReturnShape.TaskOfResult, type.TypeArguments[0]),
            _ => null,
        };
    }
}
