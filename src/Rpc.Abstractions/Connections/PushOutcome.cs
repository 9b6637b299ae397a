namespace Rpc.Connections;

/// <summary>What became of a push to one connection.</summary>
internal enum PushOutcome
{
    /// <summary>It is in the connection's queue.</summary>
    Sent,

    /// <summary>The queue is as long as the limit.</summary>
    Full,

    /// <summary>The connection is gone, or cannot take the call at all.</summary>
    Lost,
}
