using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Parses structs without references.</summary>
internal static class RawParser
{
    public static PayloadTypeModel? Parse(PayloadCollector collector, INamedTypeSymbol type, RawStruct raw, string name, string space, string formatterName, Location? at)
    {
        var (size, alignment) = (raw.Layout.Size, raw.Layout.Alignment);
        if (raw.Layout.Kind == RawFieldKind.Copy)
        {
            var padding = raw.Layout.Padding.Select(static gap => $"({gap.Offset}, {gap.Length})").ToImmutableArray();
            return new RawCopyModel(name, space, formatterName, size, alignment, padding);
        }

        var attributes = StructLayoutAttributes.Of(type);
        var fields = ImmutableArray.CreateBuilder<RawFieldModel>();
        foreach (var field in raw.Fields)
        {
            if (collector.AddCall(field.Symbol.Type, PayloadCollector.Source(field.Symbol, at)) is not { } call)
            {
                return null;
            }

            // What has padding is no plain copy: its formatter clears it.
            var kind = field.Layout.Padding.IsEmpty ? field.Layout.Kind : RawFieldKind.Formatter;
            fields.Add(new RawFieldModel(call.Type, field.Offset, field.Layout.Size, kind, call.Formatter, attributes.Kind == LayoutKind.Explicit));
        }

        return new RawFieldsModel(name, space, formatterName, size, alignment, attributes.ToSource(), fields.ToImmutable());
    }
}
