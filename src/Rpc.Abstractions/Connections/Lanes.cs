using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>Numbers the lanes in which a message transport keeps order.</summary>
internal static class Lanes
{
    /// <summary>The handshake, and the farewell.</summary>
    public const uint Connection = 0;

    private const uint Items = 0x4000_0000;
    private const uint Contract = 0x8000_0000;
    private const uint Method = 0xC000_0000;

    /// <summary>A call with streams. The id's slot, not its generation: as many lanes as calls at once.</summary>
    public static uint OfCall(int callId, bool isCaller) => 1u + ((uint)callId & 0xFFFF) + (isCaller ? 0u : 0x1_0000u);

    /// <summary>The lane of a stream of which only the newest item is of interest.</summary>
    public static uint OfItems(StreamRef stream, bool isCaller) => Items | (((uint)stream.CallId & 0xFFFF) << 9) | (isCaller ? 0u : 0x100u) | stream.Stream;

    /// <summary>Whether a lane is that of a call with streams.</summary>
    public static bool IsOfCall(uint lane) => lane is > Connection and <= 0x2_0000u;

    /// <summary>The lane of a large frame's pieces.</summary>
    public static uint OfTransfer(ushort transfer) => 0x10_0000u + transfer;

    /// <summary>The lane of a method: one a contract for ordered methods, one a method for sequenced ones.</summary>
    public static uint OfMethod(RpcMethodDescriptor method) => method.Delivery == RpcDelivery.Ordered
        ? Contract | (MethodId.Compute(method.ContractName, string.Empty) >> 2)
        : Method | (method.Id >> 2);
}
