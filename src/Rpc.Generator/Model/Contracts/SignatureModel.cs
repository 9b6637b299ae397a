namespace Rpc.Generator.Model.Contracts;

/// <summary>A method that the proxy implements for an interface.</summary>
/// <param name="DeclaringType">The full name of the interface.</param>
/// <param name="Name">The name, with <c>@</c> where it is a keyword.</param>
/// <param name="ReturnType">The full name of the return type.</param>
/// <param name="ParameterTypes">The full names of the parameters' types: they may differ from another's in annotations and tuple names.</param>
internal sealed record SignatureModel(string DeclaringType, string Name, string ReturnType, EquatableArray<string> ParameterTypes);
