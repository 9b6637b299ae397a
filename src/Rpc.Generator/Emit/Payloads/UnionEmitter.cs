using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes formatters of unions.</summary>
/// <remarks>Depth is counted by the cases: whatever contains itself does so through one of them.</remarks>
internal static class UnionEmitter
{
    public static void Emit(SourceWriter writer, UnionModel model)
    {
        ObjectEmitter.Begin(writer, model, isValueType: false, model.Cases.Items.Select(static item => item.Call));
        writer.Open($"public static void Write(ref global::Rpc.Serialization.PayloadWriter writer, {model.Type}? value)");
        writer.Open("if (value is null)").Line("writer.WriteNullObjectHeader();").Line("return;").Close().Line();
        writer.Line("var type = value.GetType();");
        for (var i = 0; i < model.Cases.Count; i++)
        {
            var item = model.Cases[i];
            writer.Open((i == 0 ? "if" : "else if") + $" (type == typeof({item.Call.Type}))");
            writer.Line($"writer.WriteUnionTag({item.Tag});");
            writer.Line($"var value{i} = ({item.Call.Type})(object)value;");
            writer.Line(item.Call.Write("writer", "value" + i, "s_f" + i));
            writer.Close();
        }

        writer.Open("else").Line($"global::Rpc.Serialization.PayloadWriter.ThrowUnionCase(\"{model.DisplayName}\");").Close();
        writer.Close().Line();
        writer.Open($"public static {model.Type}? Read(ref global::Rpc.Serialization.PayloadReader reader)");
        writer.Open("if (!reader.TryReadUnionTag(out ushort tag))").Line("return null;").Close().Line();
        writer.Line($"{model.Type}? result = null;");
        writer.Open("switch (tag)");
        for (var i = 0; i < model.Cases.Count; i++)
        {
            var item = model.Cases[i];
            writer.Line($"case {item.Tag}: result = {item.Call.Read("reader", "s_f" + i)}; break;");
        }

        writer.Line($"default: global::Rpc.Serialization.PayloadReader.ThrowUnionTag(tag, \"{model.DisplayName}\"); break;");
        writer.Close().Line();
        writer.Line("return result;").Close();
        writer.Close();
    }
}
