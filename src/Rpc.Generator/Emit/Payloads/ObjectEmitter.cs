using System.Globalization;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes formatters of objects with members.</summary>
internal static class ObjectEmitter
{
    /// <summary>Opens a formatter whose work is done by static methods, <c>Write</c> and <c>Read</c>, that other generated code calls directly.</summary>
    /// <param name="writer">Takes the text.</param>
    /// <param name="model">The type.</param>
    /// <param name="isValueType">Whether there is no null.</param>
    /// <param name="calls">How its members or cases are written.</param>
    public static void Begin(SourceWriter writer, PayloadTypeModel model, bool isValueType, IEnumerable<PayloadCall> calls)
    {
        var (type, formatterName) = (model.Type, model.FormatterName);
        var nullable = Nullable(type, isValueType);
        writer.Open($"internal sealed class {formatterName} : global::Rpc.Serialization.Formatter<{type}>");

        // First of all fields: a formatter that needs this one while it is made finds it.
        writer.Line($"public static readonly {formatterName} Instance = new {formatterName}();").Line();
        var i = 0;
        var hasFields = false;
        foreach (var call in calls)
        {
            if (call.NeedsField)
            {
                writer.Line($"private static readonly global::Rpc.Serialization.Formatter<{call.Type}> s_f{i} = {call.Formatter};");
                hasFields = true;
            }

            i++;
        }

        if (hasFields)
        {
            writer.Line();
        }

        writer.Line("public override int MinSize => 1;").Line();
        writer.Line($"public override void Serialize(ref global::Rpc.Serialization.PayloadWriter writer, in {nullable} value) => Write(ref writer, value);").Line();
        writer.Line($"public override {nullable} Deserialize(ref global::Rpc.Serialization.PayloadReader reader) => Read(ref reader);").Line();
    }

    public static void Emit(SourceWriter writer, ObjectModel model)
    {
        Begin(writer, model, model.IsValueType, model.Members.Items.Select(static member => member.Call));
        EmitWrite(writer, model);
        writer.Line();
        ObjectReadEmitter.Emit(writer, model);
        foreach (var line in model.Accessors)
        {
            if (line[0] == '[')
            {
                writer.Line();
            }

            writer.Line(line);
        }

        writer.Close();
    }

    /// <summary>The type of a value that may be null where the type allows it.</summary>
    public static string Nullable(string type, bool isValueType) => isValueType ? type : type + "?";

    /// <summary>Writes the callbacks of a moment.</summary>
    public static void Call(SourceWriter writer, ObjectModel model, CallbackMoment moment, string target)
    {
        foreach (var callback in model.Callbacks)
        {
            if (callback.Moment == moment)
            {
                writer.Line(Fill(callback.Statement, target));
            }
        }
    }

    /// <summary>Writes a line that counts depth, if the type needs it.</summary>
    public static void Nest(SourceWriter writer, ObjectModel model, string line)
    {
        if (model.IsRecursive)
        {
            writer.Line(line);
        }
    }

    /// <summary>Fills the places of a getter, setter or callback.</summary>
    public static string Fill(string text, string target, string value = "") => string.Format(CultureInfo.InvariantCulture, text, target, value);

    private static void EmitWrite(SourceWriter writer, ObjectModel model)
    {
        writer.Open($"public static void Write(ref global::Rpc.Serialization.PayloadWriter writer, {Nullable(model.Type, model.IsValueType)} value)");
        if (!model.IsValueType)
        {
            writer.Open("if (value is null)").Line("writer.WriteNullObjectHeader();").Line("return;").Close().Line();
        }

        Call(writer, model, CallbackMoment.Serializing, "value");
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
            EmitWriteMembers(writer, model);
        }

        Nest(writer, model, "writer.Leave();");
        Call(writer, model, CallbackMoment.Serialized, "value");
        writer.Close();
    }

    private static void EmitWriteMembers(SourceWriter writer, ObjectModel model)
    {
        var isCircular = model.Layout == ObjectLayout.CircularReference;
        if (isCircular)
        {
            writer.Open("if (writer.TryWriteReference(value))");
            Nest(writer, model, "writer.Leave();");
            writer.Line("return;").Close().Line();
        }

        writer.Line($"var state = writer.BeginMembers({model.Slots.Count});");
        if (isCircular)
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

    private static string WriteOf(ObjectModel model, int slot)
    {
        var member = model.Members[slot];
        return member.Call.Write("writer", Fill(member.Getter, "value"), "s_f" + slot);
    }
}
