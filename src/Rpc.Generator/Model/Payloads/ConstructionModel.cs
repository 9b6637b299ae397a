namespace Rpc.Generator.Model.Payloads;

/// <summary>How reading makes an object.</summary>
/// <param name="Head">What is called, without its arguments: <c>new T</c>, or a method that reaches a constructor.</param>
/// <param name="Arguments">The arguments, by name.</param>
/// <param name="Required">Required members that an object initializer gives their default.</param>
/// <param name="CanThrow">Whether code of the user's runs, which may throw.</param>
internal sealed record ConstructionModel(
    string Head, EquatableArray<ArgumentModel> Arguments, EquatableArray<string> Required, bool CanThrow);
