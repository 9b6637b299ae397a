namespace Rpc.Generator.Model.Payloads;

/// <summary>A user's collection type.</summary>
/// <param name="Type">The type as C#.</param>
/// <param name="Namespace">The namespace of the formatter.</param>
/// <param name="FormatterName">The formatter's class.</param>
/// <param name="Element">The type of the elements as C#.</param>
/// <param name="ElementFormatter">An expression for their formatter.</param>
internal sealed record CollectionModel(string Type, string Namespace, string FormatterName, string Element, string ElementFormatter)
    : PayloadTypeModel(Type, Namespace, FormatterName);
