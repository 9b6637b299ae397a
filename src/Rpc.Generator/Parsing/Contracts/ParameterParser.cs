using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis.Rules;
using Rpc.Generator.Model.Contracts;
using Rpc.Generator.Parsing.Payloads;

namespace Rpc.Generator.Parsing.Contracts;

/// <summary>Makes the model of one parameter.</summary>
internal static class ParameterParser
{
    /// <returns>The model, or null when its type cannot travel.</returns>
    public static ParameterModel? Parse(IParameterSymbol parameter, ParameterKind kind, PayloadCollector payloads, RuleContext context)
    {
        var name = parameter.Name;
        var type = TypeNames.Annotated(parameter.Type);
        if (kind == ParameterKind.Cancellation)
        {
            return new ParameterModel(name, type, kind);
        }

        var location = context.WantsLocations ? Locate.Type(parameter) : null;
        if (kind != ParameterKind.Value)
        {
            var item = ((INamedTypeSymbol)parameter.Type).TypeArguments[0];
            return payloads.AddCall(item, location) is { } items
                ? new ParameterModel(name, type, kind, TypeNames.Annotated(item), items)
                : null;
        }

        return payloads.AddCall(parameter.Type, location) is { } value
            ? new ParameterModel(name, type, kind, Payload: value, Default: DefaultValue.Of(parameter))
            : null;
    }
}
