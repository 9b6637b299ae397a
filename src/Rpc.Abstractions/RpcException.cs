using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc;

/// <summary>A call failed. Thrown to the caller of a proxy; thrown by a handler, it reaches the peer's caller as it is.</summary>
/// <remarks>Any other exception of a handler reaches the caller as <see cref="RpcStatusCode.Internal"/> without its text, unless the
/// serving side opts in.</remarks>
public class RpcException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="statusCode">The status; not <see cref="RpcStatusCode.Ok"/>.</param>
    /// <param name="message">What happened; the peer sees it.</param>
    /// <param name="innerException">The cause; stays on this side.</param>
    public RpcException(RpcStatusCode statusCode, string message, Exception? innerException = null)
        : base(message, innerException) => StatusCode = statusCode;

    /// <summary>The status.</summary>
    public RpcStatusCode StatusCode { get; }

    /// <summary>How far the call had come. After a lost connection it tells what can be made again without harm from what may have been executed.</summary>
    public RpcCallProgress Progress { get; internal set; }

    /// <summary>How the connection ended, where that is why the call failed: lost, or kicked with the peer's own words, or another reason. Null for all other
    /// failures. Whether a call that was in flight has run at the peer is then not known.</summary>
    public RpcCloseInfo? CloseInfo { get; private set; }

    /// <summary>The name of the detail's type, or null when there is none.</summary>
    public string? DetailType { get; private set; }

    /// <summary>The detail's payload; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Detail { get; private set; }

    /// <summary>Creates an exception with a typed detail that the caller can read with <see cref="TryGetDetail"/>.</summary>
    /// <typeparam name="T">The type of the detail: a built-in one, or one with <see cref="RpcPayloadAttribute"/>.</typeparam>
    /// <param name="statusCode">The status; not <see cref="RpcStatusCode.Ok"/>.</param>
    /// <param name="message">What happened; the peer sees it.</param>
    /// <param name="detail">The detail.</param>
    /// <returns>The exception, to be thrown.</returns>
    /// <exception cref="InvalidOperationException">No formatter is registered for <typeparamref name="T"/>.</exception>
    public static RpcException WithDetail<T>(RpcStatusCode statusCode, string message, T detail)
    {
        var formatter = FormatterCache<T>.Instance ?? throw NoFormatter<T>();
        var buffer = PayloadBuffer.Rent();
        var writer = new PayloadWriter(buffer);
        formatter.Serialize(ref writer, detail);
        writer.Commit();
        var bytes = buffer.WrittenSpan.ToArray();
        buffer.Return();
        return new RpcException(statusCode, message) { DetailType = typeof(T).ToString(), Detail = bytes };
    }

    /// <summary>Reads the detail if it is of the type asked for.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="detail">The detail.</param>
    /// <returns>False when there is none or it is of another type.</returns>
    /// <exception cref="InvalidOperationException">No formatter is registered for <typeparamref name="T"/>.</exception>
    /// <exception cref="PayloadException">The detail's bytes are malformed.</exception>
    public bool TryGetDetail<T>(out T? detail)
    {
        if (!string.Equals(DetailType, typeof(T).ToString(), StringComparison.Ordinal))
        {
            detail = default;
            return false;
        }

        var formatter = FormatterCache<T>.Instance ?? throw NoFormatter<T>();
        var reader = new PayloadReader(Detail.Span);
        detail = formatter.Deserialize(ref reader);
        return true;
    }

    /// <summary>What a call gets whose connection has ended.</summary>
    internal static RpcException Closed(RpcCloseInfo info, string message) => new(RpcStatusCode.Unavailable, message, info.Exception) { CloseInfo = info };

    /// <summary>The same again: each caller that fails gets an exception of its own, as a stack trace is written into it when it is thrown.</summary>
    internal RpcException Copy(RpcCallProgress progress) => new(StatusCode, Message, InnerException) { CloseInfo = CloseInfo, Progress = progress };

    /// <summary>Attaches a detail that arrived as bytes.</summary>
    internal void SetDetail(string type, byte[] payload)
    {
        DetailType = type;
        Detail = payload;
    }

    private static InvalidOperationException NoFormatter<T>() =>
        new($"No formatter is registered for {typeof(T)}. Put [RpcPayload] on the type, in a project that references Rpc.Generator.");
}
