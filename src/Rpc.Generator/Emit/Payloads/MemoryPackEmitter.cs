using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes formatters that leave a type to MemoryPack.</summary>
internal static class MemoryPackEmitter
{
    private const string Serializer = "global::MemoryPack.MemoryPackSerializer";

    public static void Emit(SourceWriter writer, MemoryPackModel model)
    {
        var nullable = ObjectEmitter.Nullable(model.Type, model.IsValueType);
        ObjectEmitter.Begin(writer, model, model.IsValueType, []);
        writer.Open($"public static void Write(ref global::Rpc.Serialization.PayloadWriter writer, {nullable} value)");
        writer.Line("writer.Enter();").Line("writer.Commit();");
        writer.Open("try").Line($"{Serializer}.Serialize<{model.Type}, global::Rpc.Buffers.PayloadBuffer>(writer.Buffer, value);").Close();
        ObjectReadEmitter.Catch(writer, "MemoryPack refused a value.");
        writer.Line("writer.Reload();").Line("writer.Leave();").Close().Line();
        writer.Open($"public static {nullable} Read(ref global::Rpc.Serialization.PayloadReader reader)");
        writer.Line("reader.Enter();");
        writer.Line($"{nullable} value = default;").Line("int consumed;");
        writer.Open("try").Line($"consumed = {Serializer}.Deserialize<{model.Type}>(reader.RemainingSpan, ref value);").Close();
        ObjectReadEmitter.Catch(writer, "MemoryPack refused a payload.");
        writer.Line("reader.Skip(consumed);").Line("reader.Leave();").Line("return value;").Close().Close();
    }
}
