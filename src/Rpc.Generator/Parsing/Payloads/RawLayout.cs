using System.Collections.Immutable;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>The memory that 64-bit .NET gives a value without references.</summary>
/// <param name="Size">The bytes, padding included.</param>
/// <param name="Alignment">The alignment as a field.</param>
/// <param name="IsPrimitive">Whether <c>Auto</c> layout puts such a field before those that are structs.</param>
/// <param name="Kind">How the raw form of a field is written.</param>
internal sealed record RawLayout(int Size, int Alignment, bool IsPrimitive, RawFieldKind Kind)
{
    /// <summary>The bytes that belong to no field; only of what is copied.</summary>
    public ImmutableArray<(int Offset, int Length)> Padding { get; init; } = ImmutableArray<(int, int)>.Empty;
}
