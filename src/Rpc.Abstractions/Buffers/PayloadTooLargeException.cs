namespace Rpc.Buffers;

/// <summary>A payload grew beyond the limit of the buffer that it was written into.</summary>
public sealed class PayloadTooLargeException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="required">The bytes that were needed, at least.</param>
    /// <param name="limit">The most bytes that are allowed.</param>
    public PayloadTooLargeException(long required, int limit)
        : base($"The payload needs at least {required} bytes, more than the limit of {limit}.")
    {
        Required = required;
        Limit = limit;
    }

    /// <summary>The bytes that were needed, at least.</summary>
    public long Required { get; }

    /// <summary>The most bytes that are allowed.</summary>
    public int Limit { get; }
}
