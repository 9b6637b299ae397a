namespace Rpc.Transport.WebSockets.Http;

/// <summary>The request line and the header lines of an HTTP/1.x request; its syntax was checked, its meaning was not.</summary>
internal sealed class RequestHead : MessageHead
{
    public required string Method { get; init; }

    public required string Target { get; init; }

    /// <summary>Major version times ten plus minor version: 11 for HTTP/1.1.</summary>
    public required int Version { get; init; }
}
