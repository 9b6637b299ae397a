using Microsoft.CodeAnalysis;
using Rpc.Generator.Model.Payloads;

namespace Rpc.Generator.Parsing.Payloads;

/// <summary>What <c>[RpcPayload]</c>, or MemoryPack's <c>[MemoryPackable]</c>, says of a type.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="IsStated">Whether the type carries an attribute at all.</param>
/// <param name="NeedsOrders">Whether every member carries its order.</param>
/// <param name="IsGenerated">False for a type that MemoryPack is told to generate nothing for: its bytes are whatever the user's formatter makes of it.</param>
internal sealed record PayloadLayout(ObjectLayout Layout, bool IsStated, bool NeedsOrders, bool IsGenerated)
{
    // MemoryPack.SerializeLayout.Explicit.
    private const int ExplicitOrder = 1;

    // MemoryPack.GenerateType.NoGenerate.
    private const int NoGenerate = 4;

    /// <summary>Reads a type's attributes.</summary>
    /// <param name="type">The type.</param>
    /// <returns>What they say.</returns>
    public static PayloadLayout Of(INamedTypeSymbol type)
    {
        if (PayloadAttributes.Find(type, "RpcPayloadAttribute", "MemoryPackableAttribute") is not { } attribute)
        {
            return new PayloadLayout(ObjectLayout.Default, IsStated: false, NeedsOrders: false, IsGenerated: true);
        }

        int layout = 0;
        int? order = null;
        foreach (var argument in attribute.ConstructorArguments)
        {
            if (argument.Value is int value)
            {
                if (argument.Type?.Name == "SerializeLayout")
                {
                    order = value;
                }
                else
                {
                    layout = value;
                }
            }
        }

        var isVersioned = layout is (int)ObjectLayout.VersionTolerant or (int)ObjectLayout.CircularReference;
        return new PayloadLayout(
            layout == NoGenerate ? ObjectLayout.Default : (ObjectLayout)layout,
            IsStated: true,
            NeedsOrders: order is { } stated ? stated == ExplicitOrder : isVersioned,
            IsGenerated: layout != NoGenerate);
    }
}
