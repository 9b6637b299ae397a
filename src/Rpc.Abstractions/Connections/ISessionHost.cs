namespace Rpc.Connections;

/// <summary>What a session tells the connection that lives in it. Must not block.</summary>
internal interface ISessionHost
{
    /// <summary>The transport is lost, and what is sent is kept; or another one carries the session on. Called under the session's gate, so in order: to be
    /// queued and no more.</summary>
    /// <param name="loss">Why it was lost; null when it goes on.</param>
    void OnInterruptionChanged(Exception? loss);

    /// <summary>Another transport carries the session on; the peer has got again what it had not received.</summary>
    void OnResumed();

    /// <summary>The writer has something to do: an acknowledgement is due, or there is room again.</summary>
    void OnWriterDue();
}
