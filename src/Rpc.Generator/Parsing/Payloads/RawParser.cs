using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Rpc.Generator.Analysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>Parses structs without references.</summary>
internal static class RawParser
{
    private static readonly string[] s_ofObjects = ["RpcOrderAttribute", "RpcIgnoreAttribute", "RpcIncludeAttribute", "RpcConstructorAttribute"];

    public static PayloadTypeModel? Parse(PayloadCollector collector, INamedTypeSymbol type, RawStruct raw, string name, string space, string formatterName, Location? at)
    {
        ReportAttributes(collector, type, at);
        var (size, alignment) = (raw.Layout.Size, raw.Layout.Alignment);
        RawCopyModel? copy = null;
        if (raw.Layout.Kind == RawFieldKind.Copy)
        {
            var padding = raw.Layout.Padding.Select(static gap => $"({gap.Offset}, {gap.Length})").ToImmutableArray();
            copy = new RawCopyModel(name, space, formatterName, size, alignment, padding);
            if (!MayDiffer(type, raw))
            {
                return copy;
            }
        }

        return FieldsOf(collector, type, raw, at) is { } fields
            ? new RawFieldsModel(name, space, formatterName, size, alignment, StructLayoutAttributes.Of(type).ToSource(), fields) { Copy = copy }
            : null;
    }

    /// <summary>Whether some platform leaves less padding: 32-bit x86 aligns eight bytes to four, except on Windows.</summary>
    private static bool MayDiffer(INamedTypeSymbol type, RawStruct raw)
    {
        var attributes = StructLayoutAttributes.Of(type);
        return !raw.Layout.Padding.IsEmpty
            && raw.Layout.Alignment > sizeof(int)
            && attributes is { Kind: LayoutKind.Sequential, InlineLength: 0 }
            && !raw.Fields.Any(static field => field.Symbol.IsFixedSizeBuffer);
    }

    private static ImmutableArray<RawFieldModel>? FieldsOf(PayloadCollector collector, INamedTypeSymbol type, RawStruct raw, Location? at)
    {
        var isExplicit = StructLayoutAttributes.Of(type).Kind == LayoutKind.Explicit;
        var fields = ImmutableArray.CreateBuilder<RawFieldModel>();
        foreach (var field in raw.Fields)
        {
            if (collector.AddCall(field.Symbol.Type, PayloadCollector.Source(field.Symbol, at)) is not { } call)
            {
                return null;
            }

            // What has padding is no plain copy: its formatter clears it.
            var kind = field.Layout.Padding.IsEmpty ? field.Layout.Kind : RawFieldKind.Formatter;
            fields.Add(new RawFieldModel(call.Type, field.Offset, field.Layout.Size, kind, call.Formatter, isExplicit));
        }

        return fields.ToImmutable();
    }

    /// <summary>Warns of attributes of ours that would change an object, and cannot change memory.</summary>
    private static void ReportAttributes(PayloadCollector collector, INamedTypeSymbol type, Location? at)
    {
        foreach (var member in type.GetMembers())
        {
            foreach (var attribute in s_ofObjects)
            {
                if (PayloadAttributes.HasOurs(member, attribute))
                {
                    var name = attribute.Substring(0, attribute.Length - "Attribute".Length);
                    collector.Report(PayloadDiagnostics.NoEffect, PayloadCollector.Source(member, at), TypeNames.Display(type), name);
                }
            }
        }
    }
}
