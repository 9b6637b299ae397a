using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes formatters of structs without references.</summary>
internal static class RawEmitter
{
    private const string Memory = "global::System.Runtime.InteropServices.MemoryMarshal";

    public static void Emit(SourceWriter writer, RawCopyModel model)
    {
        writer.Open($"internal static class {model.FormatterName}");
        writer.Line($"public static readonly global::Rpc.Serialization.BlittableFormatter<{model.Type}> Instance = {New(model)};");
        writer.Close();
    }

    public static void Emit(SourceWriter writer, RawFieldsModel model)
    {
        writer.Open($"internal sealed class {model.FormatterName} : global::Rpc.Serialization.UnmanagedFormatter<{model.Type}>");
        writer.Line(model.Copy is { } copy
            ? $"public static readonly global::Rpc.Serialization.UnmanagedFormatter<{model.Type}> Instance = global::Rpc.Serialization.BlittableFormatter<{model.Type}>.Fits({model.Size}) ? {New(copy)} : (global::Rpc.Serialization.UnmanagedFormatter<{model.Type}>)new {model.FormatterName}();"
            : $"public static readonly {model.FormatterName} Instance = new {model.FormatterName}();");
        for (var i = 0; i < model.Fields.Count; i++)
        {
            var field = model.Fields[i];
            if (field.Kind == RawFieldKind.Formatter)
            {
                writer.Line($"private static readonly global::Rpc.Serialization.UnmanagedFormatter<{field.Type}> s_f{i} = ({field.Formatter}).Unmanaged!;");
            }
        }

        writer.Line();
        writer.Line($"private {model.FormatterName}() : base(new global::Rpc.Serialization.UnmanagedLayout({model.Size}, {model.Alignment})) {{ }}").Line();
        writer.Line("[global::System.Runtime.InteropServices.StructLayout(" + model.LayoutAttribute + ")]");
        writer.Open("private struct Mirror");
        for (var i = 0; i < model.Fields.Count; i++)
        {
            var offset = model.Fields[i].IsExplicit ? $"[global::System.Runtime.InteropServices.FieldOffset({model.Fields[i].Offset})] " : string.Empty;
            writer.Line($"{offset}public {model.Fields[i].Type} F{i};");
        }

        writer.Close().Line();
        writer.Open($"public override void Write(global::System.Span<byte> destination, in {model.Type} value)");
        writer.Line("destination.Clear();");
        writer.Line("var copy = value;");
        writer.Line($"var mirror = {Reinterpret(model.Type, "Mirror", "copy")};");
        for (var i = 0; i < model.Fields.Count; i++)
        {
            var field = model.Fields[i];
            writer.Line(field.Kind switch
            {
                RawFieldKind.Boolean => $"global::Rpc.Serialization.RawValue.WriteBoolean(destination, {field.Offset}, mirror.F{i});",
                RawFieldKind.Copy => $"global::Rpc.Serialization.RawValue.Write(destination, {field.Offset}, mirror.F{i});",
                _ => $"s_f{i}.Write(destination.Slice({field.Offset}, {field.Size}), mirror.F{i});",
            });
        }

        writer.Close().Line();
        writer.Open($"public override {model.Type} Read(global::System.ReadOnlySpan<byte> source)");
        writer.Line("var mirror = default(Mirror);");
        for (var i = 0; i < model.Fields.Count; i++)
        {
            var field = model.Fields[i];
            writer.Line(field.Kind switch
            {
                RawFieldKind.Boolean => $"mirror.F{i} = global::Rpc.Serialization.RawValue.ReadBoolean(source, {field.Offset});",
                RawFieldKind.Copy => $"mirror.F{i} = global::Rpc.Serialization.RawValue.Read<{field.Type}>(source, {field.Offset});",
                _ => $"mirror.F{i} = s_f{i}.Read(source.Slice({field.Offset}, {field.Size}));",
            });
        }

        writer.Line($"return {Reinterpret("Mirror", model.Type, "mirror")};");
        writer.Close().Close();
    }

    private static string New(RawCopyModel model)
    {
        var padding = model.Padding.Count == 0 ? string.Empty : ", " + string.Join(", ", model.Padding);
        return $"new global::Rpc.Serialization.BlittableFormatter<{model.Type}>({model.Size}, {model.Alignment}{padding})";
    }

    /// <summary>A variable's memory as another struct of the same layout; were it not the same size, the index would be out of range.</summary>
    private static string Reinterpret(string from, string to, string variable) =>
        $"{Memory}.Cast<{from}, {to}>({Memory}.CreateSpan(ref {variable}, 1))[0]";
}
