namespace Rpc.Serialization;

/// <summary>A payload is not what its type says: malformed bytes on reading, or a value that cannot be expressed on writing.</summary>
/// <remarks>The one exception that reading any bytes whatever may end in. A server answers it with
/// <c>InvalidArgument</c>, a client's caller sees <c>DataLoss</c>; the connection goes on.</remarks>
public sealed class PayloadException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, without any of the payload's content.</param>
    /// <param name="innerException">What the type's own code threw, if it did.</param>
    public PayloadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
