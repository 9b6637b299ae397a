namespace Rpc.Connections;

/// <summary>The one reader of a connection: takes frames off the transport and hands them on.</summary>
internal abstract class FrameReader : PoolWork
{
    private long _receivedBytes;

    /// <summary>Bytes of the frames that arrived.</summary>
    public long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    /// <summary>Starts to read, on the pool.</summary>
    public void Start() => Queue();

    /// <summary>Frames arrived. For whoever reads, one thread at a time.</summary>
    protected void CountReceived(int bytes) => Volatile.Write(ref _receivedBytes, _receivedBytes + bytes);
}
