using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>Takes the frames that the reader reads. Called by one thread at a time; runs no user code.</summary>
internal interface IFrameHandler
{
    /// <summary>Takes a frame.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="payload">Its body, owned by the handler, also when it throws.</param>
    /// <exception cref="ProtocolException">The frame breaks the rules.</exception>
    void OnFrame(FrameType type, FramePayload payload);

    /// <summary>Something arrived.</summary>
    void OnActivity();

    /// <summary>Nothing will arrive any more.</summary>
    /// <param name="exception">Why, or null when the peer ended its stream.</param>
    void OnEnd(Exception? exception);
}
