using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>A call that this side made and that has not ended, as the reader sees it.</summary>
internal abstract class OutgoingCall : Work
{
    /// <summary>Work: the payload is the result.</summary>
    protected const int Response = 0;

    /// <summary>Work: the payload is a status.</summary>
    protected const int Fault = 1;

    private int _version;

    /// <summary>Even while the call runs, odd once its outcome is decided; never the same for two calls of a reused instance.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>The call's final frame arrived. On the reader's thread.</summary>
    public abstract void OnEnd(Drain drain, int version, FrameType type, FramePayload payload);

    /// <summary>The call fails on this side: cancelled, too late, or the connection is gone.</summary>
    /// <returns>False when its outcome was decided before.</returns>
    public abstract bool TryFail(int version, Exception exception);

    /// <summary>Decides the outcome; true for the first.</summary>
    protected bool TryDecide(int version) => (version & 1) == 0 && Interlocked.CompareExchange(ref _version, version + 1, version) == version;

    /// <summary>Makes a decided instance a new call.</summary>
    protected void Renew() => Interlocked.Increment(ref _version);

    /// <summary>Reads a status, whatever it is.</summary>
    protected static RpcException ReadFault(FramePayload payload)
    {
        try
        {
            var reader = new Serialization.PayloadReader(payload.Span);
            return FaultFrame.ReadStatus(ref reader);
        }
        catch (Serialization.PayloadException e)
        {
            return new RpcException(RpcStatusCode.DataLoss, "The call failed, and its status cannot be decoded.", e);
        }
    }
}
