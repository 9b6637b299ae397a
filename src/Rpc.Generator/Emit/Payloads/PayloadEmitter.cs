using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Emit.Payloads;

/// <summary>Writes the file of one formatter.</summary>
internal static class PayloadEmitter
{
    /// <summary>Writes the file of a type's formatter.</summary>
    /// <param name="model">The type.</param>
    /// <returns>The name of the file and its text.</returns>
    public static (string HintName, string Source) Emit(PayloadTypeModel model) => (model.HintName, string.Empty);
}
