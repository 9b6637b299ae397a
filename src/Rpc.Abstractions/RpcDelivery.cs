namespace Rpc;

/// <summary>How a message is delivered. Byte-stream transports satisfy all modes by their nature; on UDP they differ.</summary>
public enum RpcDelivery
{
    /// <summary>Exactly once within the session; independent calls do not block each other. The default.</summary>
    Reliable = 0,

    /// <summary>As <see cref="Reliable"/>, and in order among the ordered messages of the same contract.</summary>
    Ordered = 1,

    /// <summary>May be lost. One-way methods only; must fit one packet.</summary>
    Unreliable = 2,

    /// <summary>May be lost, and is never delivered after a newer one of the same method. One-way methods and streams only; must fit one packet.</summary>
    Sequenced = 3,
}
