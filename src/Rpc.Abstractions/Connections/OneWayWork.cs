namespace Rpc.Connections;

/// <summary>What the drain runs for a one-way call that needs no more than its payload: the version is the method's id.</summary>
/// <remarks>The call's instance is taken when it starts instead of when it arrives. A read brings up to 1,600 of them, and an instance for each of them left the cache, and the
/// pool, before it was used: with 200 connections that are pushed to, 61 bytes allocated a call.</remarks>
internal sealed class OneWayWork(Connection connection) : Work
{
    public override void Execute(int op, int version, FramePayload payload) => connection.StartOneWay((uint)version, payload);
}
