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
            return Formatter(item, payloads, location) is { } items
                ? new ParameterModel(name, type, kind, TypeNames.Annotated(item), Formatter: items)
                : null;
        }

        var value = DefaultValue.Of(parameter);
        switch (parameter.Type)
        {
            case { SpecialType: SpecialType.System_String }:
                return new ParameterModel(name, type, kind, Form: ValueForm.String, Default: value);
            case { SpecialType: SpecialType.System_Boolean }:
                return new ParameterModel(name, type, kind, Form: ValueForm.Boolean, Default: value);
            case { SpecialType: >= SpecialType.System_Char and <= SpecialType.System_UInt64 or SpecialType.System_Single or SpecialType.System_Double }:
                return new ParameterModel(name, type, kind, Form: ValueForm.Unmanaged, Default: value);
            case INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying }:
                return new ParameterModel(name, type, kind, TypeNames.Bare(underlying), ValueForm.Enum, Default: value);
            default:
                return Formatter(parameter.Type, payloads, location) is { } formatter
                    ? new ParameterModel(name, type, kind, Formatter: formatter, Default: value)
                    : null;
        }
    }

    /// <summary>The formatter of a type, or null when it cannot travel.</summary>
    public static FormatterModel? Formatter(ITypeSymbol type, PayloadCollector payloads, Location? location) =>
        payloads.Add(type, location) is { } expression ? new FormatterModel(TypeNames.Bare(type), expression) : null;
}
