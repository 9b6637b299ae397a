using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Parses the user's own collection types.</summary>
internal static class CollectionParser
{
    /// <summary>The one <c>ICollection</c> that a type implements, with its element.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The element's type; null when it implements none, or several.</returns>
    public static ITypeSymbol? ElementOf(INamedTypeSymbol type)
    {
        var interfaces = type.AllInterfaces.Where(static candidate => candidate.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_ICollection_T).ToList();
        return interfaces.Count == 1 ? interfaces[0].TypeArguments[0] : null;
    }

    /// <summary>Whether a type holds elements that its members do not show.</summary>
    /// <param name="type">The type.</param>
    public static bool IsCollection(INamedTypeSymbol type) => type.AllInterfaces.Any(
        static candidate => candidate.OriginalDefinition.SpecialType is SpecialType.System_Collections_Generic_ICollection_T or SpecialType.System_Collections_Generic_IReadOnlyCollection_T);

    public static CollectionModel? Parse(PayloadCollector collector, Compilation compilation, INamedTypeSymbol type, string name, string space, string formatterName, Location? at)
    {
        var problem = type.IsValueType ? "it is a struct"
            : ElementOf(type) is null ? "it does not implement ICollection<T> once"
            : !type.InstanceConstructors.Any(constructor => constructor.Parameters.Length == 0 && compilation.IsSymbolAccessibleWithin(constructor, compilation.Assembly)) ? "it has no accessible constructor without parameters"
            : null;
        if (problem is not null)
        {
            collector.Report(PayloadDiagnostics.Layout, PayloadCollector.Source(type, at), TypeNames.Display(type), "a collection", problem);
            return null;
        }

        return collector.AddCall(ElementOf(type)!, at) is { } element
            ? new CollectionModel(name, space, formatterName, element.Type, element.Formatter)
            : null;
    }
}
