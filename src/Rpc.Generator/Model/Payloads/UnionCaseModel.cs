namespace Rpc.Generator.Model.Payloads;

/// <summary>A case of a union.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Call">How the case's value is written and read.</param>
internal sealed record UnionCaseModel(int Tag, PayloadCall Call);
