using Rpc.Connections;
using Rpc.Protocol;

namespace Rpc.Abstractions.Tests.Infrastructure;

/// <summary>Calls as the reader makes them, of a contract that nobody serves.</summary>
internal static class IncomingCalls
{
    private static readonly ServiceTable.Entry s_entry = new(
        new RpcMethodDescriptor("Test", "Call", 1, 0, RpcMethodKind.Call), new ServiceBinding(null!, null!, new RpcServiceOptions()), null, null);

    public static IncomingCall Create(int callId = 0) => IncomingCall.Rent(null!, s_entry, callId, null, null);
}
