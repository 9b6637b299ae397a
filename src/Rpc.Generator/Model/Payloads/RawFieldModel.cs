namespace Rpc.Generator.Model.Payloads;

/// <summary>A field of a raw struct.</summary>
/// <param name="Type">Its type as C#.</param>
/// <param name="Offset">Where it stands in the raw form, in bytes.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Kind">How it is written.</param>
/// <param name="Formatter">An expression for its formatter.</param>
/// <param name="IsExplicit">Whether the struct itself places it, at <paramref name="Offset"/>.</param>
internal sealed record RawFieldModel(string Type, int Offset, int Size, RawFieldKind Kind, string Formatter, bool IsExplicit);
