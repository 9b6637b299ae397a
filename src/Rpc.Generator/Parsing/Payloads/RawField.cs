using Microsoft.CodeAnalysis;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>One instance field of a raw struct.</summary>
/// <param name="Symbol">The field.</param>
/// <param name="Offset">Where it stands, in bytes.</param>
/// <param name="Layout">Its own layout.</param>
internal sealed record RawField(IFieldSymbol Symbol, int Offset, RawLayout Layout);
