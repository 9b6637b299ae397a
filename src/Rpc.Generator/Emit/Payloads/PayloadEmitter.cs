using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes the file of one formatter.</summary>
internal static class PayloadEmitter
{
    /// <summary>Writes the file of a type's formatter.</summary>
    /// <param name="model">The type.</param>
    /// <returns>The name of the file and its text.</returns>
    public static (string HintName, string Source) Emit(PayloadTypeModel model)
    {
        var writer = new SourceWriter().Header();
        writer.Open($"namespace {model.Namespace}");
        switch (model)
        {
            case RawCopyModel copy:
                RawEmitter.Emit(writer, copy);
                break;
            case RawFieldsModel fields:
                RawEmitter.Emit(writer, fields);
                break;
            case UnionModel union:
                UnionEmitter.Emit(writer, union);
                break;
            case CollectionModel collection:
                CollectionEmitter.Emit(writer, collection);
                break;
            case MemoryPackModel packed:
                MemoryPackEmitter.Emit(writer, packed);
                break;
            case ObjectModel value:
                ObjectEmitter.Emit(writer, value);
                break;
        }

        writer.Close();
        return (model.HintName, writer.ToString());
    }
}
