using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Parses unions: interfaces and abstract classes that name their cases.</summary>
internal static class UnionParser
{
    /// <summary>The cases that a type names.</summary>
    public static IReadOnlyList<(int Tag, INamedTypeSymbol Type)> CasesOf(INamedTypeSymbol type)
    {
        var cases = new List<(int, INamedTypeSymbol)>();
        foreach (var attribute in type.GetAttributes())
        {
            if (PayloadAttributes.Is(attribute, "RpcUnionAttribute", "MemoryPackUnionAttribute")
                && attribute.ConstructorArguments.Length == 2
                && attribute.ConstructorArguments[0].Value is { } tag
                && attribute.ConstructorArguments[1].Value is INamedTypeSymbol target)
            {
                cases.Add((Convert.ToInt32(tag, CultureInfo.InvariantCulture), target));
            }
        }

        return cases;
    }

    public static UnionModel? Parse(
        PayloadCollector collector,
        Compilation compilation,
        INamedTypeSymbol type,
        IReadOnlyList<(int Tag, INamedTypeSymbol Type)> cases,
        string name,
        string space,
        string formatterName,
        Location? at)
    {
        var display = TypeNames.Display(type);
        var at2 = PayloadCollector.Source(type, at);
        var models = ImmutableArray.CreateBuilder<UnionCaseModel>();
        foreach (var (tag, target) in cases.OrderBy(static item => item.Tag))
        {
            var closed = target.IsUnboundGenericType && target.TypeParameters.Length == type.TypeArguments.Length
                ? target.OriginalDefinition.Construct([.. type.TypeArguments])
                : target;
            var problem = models.Any(model => model.Tag == tag) ? $"the tag {tag} is there twice"
                : closed.IsUnboundGenericType ? $"'{TypeNames.Display(closed)}' has other type parameters"
                : closed.IsAbstract ? $"'{TypeNames.Display(closed)}' is abstract, and the exact type of a value must be a case"
                : !compilation.HasImplicitConversion(closed, type) ? $"'{TypeNames.Display(closed)}' is none of its types"
                : null;
            if (problem is not null)
            {
                collector.Report(PayloadDiagnostics.Union, at2, display, problem);
                return null;
            }

            if (collector.AddCall(closed, at2) is not { } call)
            {
                return null;
            }

            if (models.Any(model => model.Call.Type == call.Type))
            {
                collector.Report(PayloadDiagnostics.Union, at2, display, $"'{TypeNames.Display(closed)}' is there twice");
                return null;
            }

            models.Add(new UnionCaseModel(tag, call));
        }

        return new UnionModel(name, space, formatterName, display, models.ToImmutable());
    }
}
