namespace Rpc.Generator.Model.Contracts;

/// <summary>A formatter that a contract needs.</summary>
/// <param name="Type">The type it is of, without annotations.</param>
/// <param name="Expression">Makes or names the formatter.</param>
internal sealed record FormatterModel(string Type, string Expression);
