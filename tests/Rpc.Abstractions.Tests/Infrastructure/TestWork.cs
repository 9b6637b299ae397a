using Rpc.Connections;

namespace Rpc.Abstractions.Tests.Infrastructure;

/// <summary>Work whose deed a test gives.</summary>
internal sealed class TestWork(Action<int> execute) : Work
{
    public override void Execute(int op, int version, FramePayload payload)
    {
        payload.Release();
        execute(op);
    }
}
