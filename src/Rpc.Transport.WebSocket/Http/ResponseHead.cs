namespace Rpc.Transport.WebSockets.Http;

/// <summary>The status line and the header lines of an HTTP/1.x response.</summary>
internal sealed class ResponseHead : MessageHead
{
    /// <summary>The status code, 100 to 999.</summary>
    public required int Status { get; init; }
}
