using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes formatters of the user's own collection types.</summary>
internal static class CollectionEmitter
{
    public static void Emit(SourceWriter writer, CollectionModel model)
    {
        writer.Open($"internal sealed class {model.FormatterName} : global::Rpc.Serialization.CollectionTypeFormatter<{model.Type}, {model.Element}>");
        writer.Line($"public static readonly {model.FormatterName} Instance = new {model.FormatterName}();").Line();
        writer.Line($"private {model.FormatterName}() : base({model.ElementFormatter}) {{ }}").Line();
        writer.Line($"public static void Write(ref global::Rpc.Serialization.PayloadWriter writer, {model.Type}? value) => Instance.Serialize(ref writer, value);").Line();
        writer.Line($"public static {model.Type}? Read(ref global::Rpc.Serialization.PayloadReader reader) => Instance.Deserialize(ref reader);").Line();
        writer.Line($"protected override {model.Type} Create(int capacity) => new {model.Type}();");
        writer.Close();
    }
}
