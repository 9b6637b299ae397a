namespace Rpc.Generator.Model.Payloads;

/// <summary>A struct without references that is copied.</summary>
/// <param name="Type">The type as C#.</param>
/// <param name="Namespace">The namespace of the formatter.</param>
/// <param name="FormatterName">The formatter's class.</param>
/// <param name="Size">The bytes of a value.</param>
/// <param name="Alignment">The alignment as a field.</param>
/// <param name="Padding">The bytes that belong to no field, as <c>(offset, length)</c>.</param>
internal sealed record RawCopyModel(string Type, string Namespace, string FormatterName, int Size, int Alignment, EquatableArray<string> Padding)
    : PayloadTypeModel(Type, Namespace, FormatterName);
