namespace Rpc.Generator.Model.Payloads;

/// <summary>A class, record or struct with references: an object with members.</summary>
/// <param name="Type">The type as C#.</param>
/// <param name="Namespace">The namespace of the formatter.</param>
/// <param name="FormatterName">The formatter's class.</param>
/// <param name="Layout">The layout.</param>
/// <param name="IsValueType">Whether there is no null.</param>
/// <param name="Members">The members in order.</param>
/// <param name="Slots">For each order, the position among <paramref name="Members"/>, or -1 for an order that no member has.</param>
/// <param name="Construction">How reading makes an object.</param>
/// <param name="Callbacks">The callbacks.</param>
/// <param name="Accessors">Declarations that reach members which are not accessible.</param>
internal sealed record ObjectModel(
    string Type,
    string Namespace,
    string FormatterName,
    ObjectLayout Layout,
    bool IsValueType,
    EquatableArray<MemberModel> Members,
    EquatableArray<int> Slots,
    ConstructionModel Construction,
    EquatableArray<CallbackModel> Callbacks,
    EquatableArray<string> Accessors) : PayloadTypeModel(Type, Namespace, FormatterName)
{
    /// <summary>Whether a value may contain another of its type, so that depth must be counted.</summary>
    public bool IsRecursive { get; init; }
}
