namespace Rpc.Transports;

/// <summary>Why an operation of a transport failed.</summary>
public enum TransportError
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>Nobody listens at the address, or the listener turned the connection away.</summary>
    ConnectionRefused,

    /// <summary>The host's name has no address.</summary>
    HostNotFound,

    /// <summary>There is no way to the host or network.</summary>
    HostUnreachable,

    /// <summary>The peer did not answer in time.</summary>
    TimedOut,

    /// <summary>The peer cut the connection.</summary>
    ConnectionReset,

    /// <summary>This side cut the connection, or closed it before.</summary>
    ConnectionAborted,

    /// <summary>TLS could not be agreed on: certificate, protocol or application protocol.</summary>
    SecurityFailed,

    /// <summary>The peer broke the rules of the transport's protocol (an HTTP answer that is no upgrade, a bad WebSocket frame, …).</summary>
    ProtocolViolation,

    /// <summary>The address is in use by another listener.</summary>
    AddressInUse,

    /// <summary>The system does not permit it.</summary>
    AccessDenied,
}
