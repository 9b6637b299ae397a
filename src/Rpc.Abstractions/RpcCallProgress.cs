namespace Rpc;

/// <summary>How far a call had come that failed.</summary>
public enum RpcCallProgress
{
    /// <summary>Nothing is known, or the exception is none of a call.</summary>
    Unknown = 0,

    /// <summary>It never left this side: the peer has not executed it, and it can be made again without harm.</summary>
    NotSent = 1,

    /// <summary>It was sent, and the connection was lost before an answer: whether the peer has executed it is not known.</summary>
    Sent = 2,

    /// <summary>The peer has answered; the failure is its answer.</summary>
    Answered = 3,
}
