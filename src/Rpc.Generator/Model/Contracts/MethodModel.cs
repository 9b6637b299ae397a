using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Model.Contracts;

/// <summary>A method of a contract.</summary>
/// <param name="Signature">The method that the dispatcher calls.</param>
/// <param name="Aliases">Methods of other interfaces that mean the same: those it hides, and twins from another base.</param>
/// <param name="WireName">The name on the wire.</param>
/// <param name="Id">The id on the wire.</param>
/// <param name="Shape">What it returns.</param>
/// <param name="ResultType">The full name of the result's or item's type.</param>
/// <param name="Result">How the result or an item is read.</param>
/// <param name="Parameters">The parameters, all of them.</param>
/// <param name="IsOneWay">Whether no answer is sent.</param>
/// <param name="Delivery">How its messages are delivered.</param>
/// <param name="Redundant">Whether small messages are sent twice.</param>
/// <param name="Idempotent">Whether it may be called again.</param>
/// <param name="Access">Who may call it.</param>
/// <param name="RateLimit">The name of the limit that its calls count against, or null.</param>
internal sealed record MethodModel(
    SignatureModel Signature,
    EquatableArray<SignatureModel> Aliases,
    string WireName,
    uint Id,
    ReturnShape Shape,
    string? ResultType,
    PayloadCall? Result,
    EquatableArray<ParameterModel> Parameters,
    bool IsOneWay,
    Delivery Delivery,
    bool Redundant,
    bool Idempotent,
    AccessModel Access,
    string? RateLimit);
