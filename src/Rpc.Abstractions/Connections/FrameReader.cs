namespace Rpc.Connections;

/// <summary>The one reader of a connection: takes frames off the transport and hands them on.</summary>
internal abstract class FrameReader : PoolWork
{
    /// <summary>Starts to read, on the pool.</summary>
    public void Start() => Queue();
}
