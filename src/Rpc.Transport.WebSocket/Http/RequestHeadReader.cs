using System.Buffers;

namespace Rpc.Transport.WebSockets.Http;

/// <summary>Reads the head of a request from a stream into one pooled buffer that never outgrows the limit of a request.</summary>
internal static class RequestHeadReader
{
    private const int FirstBufferSize = 2048;

    /// <summary>What was read. Neither a request nor a refusal: the peer left before its request was complete.</summary>
    /// <param name="Head">The request; null when it was refused before its request line was complete, or when the peer left.</param>
    /// <param name="Refusal">Why it cannot be taken, or null.</param>
    /// <param name="Following">Bytes that followed the head: the first of the upgraded connection.</param>
    internal readonly record struct Result(RequestHead? Head, UpgradeRefusal? Refusal, byte[] Following);

    public static async ValueTask<Result> ReadAsync(Stream stream, WebSocketListenOptions limits, CancellationToken cancellationToken)
    {
        var parser = new RequestHeadParser(limits);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBufferSize, limits.MaxRequestSize));
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    // The parser has refused a request that fills its limit, so a full buffer is always below it.
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return new Result(null, null, []);
                }

                length += read;
                if (parser.Parse(buffer.AsSpan(0, length)))
                {
                    return parser.Refusal is null
                        ? new Result(parser.Head, null, buffer.AsSpan(parser.Length, length - parser.Length).ToArray())
                        : new Result(parser.Head, parser.Refusal, []);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
