using System.Collections.Immutable;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>The layout of a user's struct, with its fields.</summary>
/// <param name="Layout">The whole.</param>
/// <param name="Fields">The instance fields in declaration order.</param>
internal sealed record RawStruct(RawLayout Layout, ImmutableArray<RawField> Fields);
