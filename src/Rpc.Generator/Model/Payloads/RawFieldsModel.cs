namespace Rpc.Generator.Model.Payloads;

/// <summary>A struct without references that is written field by field, through a struct of the same layout whose fields are accessible.</summary>
/// <param name="Type">The type as C#.</param>
/// <param name="Namespace">The namespace of the formatter.</param>
/// <param name="FormatterName">The formatter's class.</param>
/// <param name="Size">The bytes of a value.</param>
/// <param name="Alignment">The alignment as a field.</param>
/// <param name="LayoutAttribute">The arguments of <c>[StructLayout]</c>.</param>
/// <param name="Fields">The fields in declaration order.</param>
internal sealed record RawFieldsModel(
    string Type, string Namespace, string FormatterName, int Size, int Alignment, string LayoutAttribute, EquatableArray<RawFieldModel> Fields)
    : PayloadTypeModel(Type, Namespace, FormatterName)
{
    /// <summary>How it is copied where this runtime gives it the same memory; null when it never may be.</summary>
    public RawCopyModel? Copy { get; init; }
}
