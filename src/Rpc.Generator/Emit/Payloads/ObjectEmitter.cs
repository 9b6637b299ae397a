using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes formatters of objects with members.</summary>
internal static class ObjectEmitter
{
    public static void Begin(SourceWriter writer, string type, string formatterName, bool isValueType)
    {
        var nullable = isValueType ? type : type + "?";
        writer.Open($"internal sealed class {formatterName} : global::Rpc.Serialization.Formatter<{type}>");
        writer.Line($"public static readonly {formatterName} Instance = new {formatterName}();").Line();
        writer.Line("public override int MinSize => 1;").Line();
        writer.Line($"public override void Serialize(ref global::Rpc.Serialization.PayloadWriter writer, in {nullable} value) => Write(ref writer, value);").Line();
        writer.Line($"public override {nullable} Deserialize(ref global::Rpc.Serialization.PayloadReader reader) => Read(ref reader);").Line();
    }

    public static void Emit(SourceWriter writer, ObjectModel model)
    {
        Begin(writer, model.Type, model.FormatterName, model.IsValueType);
        for (var i = 0; i < model.Members.Count; i++)
        {
            var call = model.Members[i].Call;
            if (call.NeedsField)
            {
                writer.Line($"private static readonly global::Rpc.Serialization.Formatter<{call.Type}> s_f{i} = {call.Formatter};");
            }
        }

        EmitWrite(writer, model);
        writer.Line();
        EmitRead(writer, model);
        writer.Close();
    }

    private static void EmitWrite(SourceWriter writer, ObjectModel model)
    {
        writer.Open($"public static void Write(ref global::Rpc.Serialization.PayloadWriter writer, {model.Type}{(model.IsValueType ? string.Empty : "?")} value)");
        if (!model.IsValueType)
        {
            writer.Open("if (value is null)").Line("writer.WriteNullObjectHeader();").Line("return;").Close().Line();
        }

        Nest(writer, model, "writer.Enter();");
        if (model.Layout == ObjectLayout.Default)
        {
            writer.Line($"writer.WriteObjectHeader({model.Slots.Count});");
            foreach (var slot in model.Slots)
            {
                writer.Line(WriteOf(model, slot));
            }
        }
        else
        {
            if (model.Layout == ObjectLayout.CircularReference)
            {
                writer.Open("if (writer.TryWriteReference(value))");
                Nest(writer, model, "writer.Leave();");
                writer.Line("return;").Close().Line();
            }

            writer.Line($"var state = writer.BeginMembers({model.Slots.Count});");
            if (model.Layout == ObjectLayout.CircularReference)
            {
                writer.Line("writer.WriteNewReference(value, ref state);");
            }

            foreach (var slot in model.Slots)
            {
                if (slot >= 0)
                {
                    writer.Line(WriteOf(model, slot));
                }

                writer.Line("writer.EndMember(ref state);");
            }
        }

        Nest(writer, model, "writer.Leave();");
        writer.Close();
    }

    private static string WriteOf(ObjectModel model, int slot)
    {
        var member = model.Members[slot];
        return member.Call.Write("writer", string.Format(System.Globalization.CultureInfo.InvariantCulture, member.Getter, "value"), "s_f" + slot);
    }

    private static void EmitRead(SourceWriter writer, ObjectModel model)
    {
        var nothing = model.IsValueType ? "default" : "null";
        writer.Open($"public static {model.Type}{(model.IsValueType ? string.Empty : "?")} Read(ref global::Rpc.Serialization.PayloadReader reader)");
        if (model.Layout == ObjectLayout.CircularReference)
        {
            writer.Open($"if (reader.TryReadReference(out {model.Type}? known))").Line("return known;").Close().Line();
        }

        writer.Open("if (!reader.TryReadObjectHeader(out byte count))").Line($"return {nothing};").Close().Line();
        Nest(writer, model, "reader.Enter();");
        for (var i = 0; i < model.Members.Count; i++)
        {
            writer.Line($"{model.Members[i].Call.Type} m{i} = default!;");
        }

        if (model.Layout == ObjectLayout.Default)
        {
            EmitDefaultMembers(writer, model);
            EmitConstruction(writer, model);
        }
        else
        {
            writer.Line("var state = reader.BeginMembers(count);");
            if (model.Layout == ObjectLayout.CircularReference)
            {
                EmitConstruction(writer, model);
                writer.Line("reader.RegisterReference(reader.ReadVarUInt(), result);");
            }

            foreach (var slot in model.Slots)
            {
                if (slot < 0)
                {
                    writer.Line("reader.SkipMember(ref state);");
                    continue;
                }

                writer.Open("if (reader.BeginMember(ref state))");
                writer.Line($"m{slot} = {model.Members[slot].Call.Read("reader", "s_f" + slot)};");
                if (model.Layout == ObjectLayout.CircularReference && model.Members[slot].Setter is { } setter)
                {
                    writer.Line(string.Format(System.Globalization.CultureInfo.InvariantCulture, setter, "result", "m" + slot));
                }

                writer.Line("reader.EndMember(ref state);").Close();
            }

            writer.Line("reader.EndMembers(ref state);");
            if (model.Layout != ObjectLayout.CircularReference)
            {
                EmitConstruction(writer, model);
            }
        }

        Nest(writer, model, "reader.Leave();");
        writer.Line("return result;").Close();
    }

    private static void EmitDefaultMembers(SourceWriter writer, ObjectModel model)
    {
        var count = model.Slots.Count;
        writer.Open($"if (count == {count})");
        foreach (var slot in model.Slots)
        {
            writer.Line($"m{slot} = {model.Members[slot].Call.Read("reader", "s_f" + slot)};");
        }

        writer.Close();
        writer.Open("else");
        writer.Open($"if (count > {count})").Line($"global::Rpc.Serialization.PayloadReader.ThrowMemberCount(count, {count});").Close().Line();
        for (var i = 0; i < count - 1; i++)
        {
            var slot = model.Slots[i];
            writer.Open($"if (count > {i})").Line($"m{slot} = {model.Members[slot].Call.Read("reader", "s_f" + slot)};").Close().Line();
        }

        writer.Close();
    }

    private static void EmitConstruction(SourceWriter writer, ObjectModel model)
    {
        var construction = model.Construction;
        var arguments = string.Join(", ", construction.Arguments.Items.Select(static argument => $"{argument.Parameter}: m{argument.Member}"));
        var initializers = new List<string>();
        for (var i = 0; i < model.Members.Count; i++)
        {
            if (model.Members[i].Initializer is { } name)
            {
                initializers.Add($"{name} = m{i}");
            }
        }

        initializers.AddRange(construction.Required.Items.Select(static name => $"{name} = default!"));
        writer.Line($"{model.Type} result;");
        writer.Open("try");
        writer.Line($"result = {construction.Head}({arguments}){(initializers.Count > 0 ? " { " + string.Join(", ", initializers) + " }" : string.Empty)};");
        writer.Close();
        writer.Open("catch (global::System.Exception e) when (!(e is global::Rpc.Serialization.PayloadException))");
        writer.Line("throw new global::Rpc.Serialization.PayloadException(\"A value was refused by its type.\", e);");
        writer.Close();
    }

    private static void Nest(SourceWriter writer, ObjectModel model, string line)
    {
        if (model.IsRecursive)
        {
            writer.Line(line);
        }
    }
}
