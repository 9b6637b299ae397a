using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Model.Contracts;

/// <summary>A parameter.</summary>
/// <param name="Name">The name, without <c>@</c>.</param>
/// <param name="Type">The full name of its type.</param>
/// <param name="Kind">What it is on the wire.</param>
/// <param name="ItemType">The full name of an item's or report's type.</param>
/// <param name="Payload">How the value, an item or a report is written and read.</param>
/// <param name="Default">What it is when the caller sent fewer arguments; null when it has to be sent.</param>
internal sealed record ParameterModel(
    string Name,
    string Type,
    ParameterKind Kind,
    string? ItemType = null,
    PayloadCall? Payload = null,
    string? Default = null)
{
    /// <summary>Whether it is a member of the arguments' object.</summary>
    public bool IsMember => Kind is ParameterKind.Value or ParameterKind.Progress;

    /// <summary>Whether it is a stream beside the call.</summary>
    public bool IsStream => Kind is ParameterKind.Items or ParameterKind.Progress;
}
