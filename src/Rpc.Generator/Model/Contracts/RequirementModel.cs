namespace Rpc.Generator.Model.Contracts;

/// <summary>What one <c>[RpcAuthorize]</c> asks.</summary>
/// <param name="Policy">The policy's name, or null.</param>
/// <param name="Roles">Roles of which one is needed; empty for any.</param>
internal sealed record RequirementModel(string? Policy, EquatableArray<string> Roles);
