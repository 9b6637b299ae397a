namespace Rpc.Generator.Model.Payloads;

/// <summary>An interface or abstract class: a tag, then the value of a case.</summary>
/// <param name="Type">The type as C#.</param>
/// <param name="Namespace">The namespace of the formatter.</param>
/// <param name="FormatterName">The formatter's class.</param>
/// <param name="DisplayName">The type as messages name it.</param>
/// <param name="Cases">The cases, ordered by tag.</param>
internal sealed record UnionModel(string Type, string Namespace, string FormatterName, string DisplayName, EquatableArray<UnionCaseModel> Cases)
    : PayloadTypeModel(Type, Namespace, FormatterName);
