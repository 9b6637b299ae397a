namespace Rpc.Transports;

/// <summary>An operation of a transport failed; the reason is one of a closed set, whatever the platform called it.</summary>
public sealed class TransportException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The reason.</param>
    /// <param name="message">What happened, for a person.</param>
    /// <param name="innerException">What the platform threw.</param>
    public TransportException(TransportError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The reason.</summary>
    public TransportError Error { get; }
}
