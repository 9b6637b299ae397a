namespace Rpc;

/// <summary>How a call ended. The codes and their meanings are gRPC's canonical ones.</summary>
public enum RpcStatusCode
{
    /// <summary>It succeeded.</summary>
    Ok = 0,

    /// <summary>The caller cancelled it.</summary>
    Cancelled = 1,

    /// <summary>An error of a kind that is not known here.</summary>
    Unknown = 2,

    /// <summary>The arguments are wrong whatever the state of the system: among them a payload that cannot be decoded.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before it ended.</summary>
    DeadlineExceeded = 4,

    /// <summary>Something that it asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>Something that it would make exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit is reached: frame size, concurrent calls, queued bytes, rate.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs.</summary>
    FailedPrecondition = 9,

    /// <summary>It was given up because of a conflict with another; it may be tried again at a higher level.</summary>
    Aborted = 10,

    /// <summary>It went beyond the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The peer does not have the method.</summary>
    Unimplemented = 12,

    /// <summary>The handler failed with an exception of its own.</summary>
    Internal = 13,

    /// <summary>There is no connection, or it was lost before the outcome was known.</summary>
    Unavailable = 14,

    /// <summary>Data arrived that cannot be decoded.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
