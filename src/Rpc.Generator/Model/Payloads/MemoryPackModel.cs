namespace Rpc.Generator.Model.Payloads;

/// <summary>A type that MemoryPack itself writes.</summary>
/// <param name="Type">The type as C#.</param>
/// <param name="Namespace">The namespace of the formatter.</param>
/// <param name="FormatterName">The formatter's class.</param>
/// <param name="IsValueType">Whether there is no null.</param>
internal sealed record MemoryPackModel(string Type, string Namespace, string FormatterName, bool IsValueType)
    : PayloadTypeModel(Type, Namespace, FormatterName);
