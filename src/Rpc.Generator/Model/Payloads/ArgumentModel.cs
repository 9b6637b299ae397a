namespace Rpc.Generator.Model.Payloads;

/// <summary>An argument of the constructor that reading calls.</summary>
/// <param name="Parameter">The parameter's name as C#.</param>
/// <param name="Member">The member, by its position among those of the object.</param>
internal sealed record ArgumentModel(string Parameter, int Member);
