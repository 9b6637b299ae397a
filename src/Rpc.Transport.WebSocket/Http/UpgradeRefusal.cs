namespace Rpc.Transport.WebSockets.Http;

/// <summary>Why a request is not upgraded: the answer that its sender gets.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Detail">What is wrong, for a person; one line of ASCII that quotes nothing of the request.</param>
/// <param name="Header">Further header lines of the answer, without the last line end, or null.</param>
internal sealed record UpgradeRefusal(int Status, string Detail, string? Header = null)
{
    public string ReasonPhrase => Status switch
    {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        414 => "URI Too Long",
        426 => "Upgrade Required",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Refused",
    };

    public static UpgradeRefusal BadRequest(string detail) => new(400, detail);

    public static UpgradeRefusal RequestLineTooLong { get; } = new(414, "The request line is too long.");

    public static UpgradeRefusal HeaderTooLarge(string detail) => new(431, detail);

    public static UpgradeRefusal TimedOut { get; } = new(408, "The request took too long.");

    public static UpgradeRefusal Busy { get; } = new(503, "The server takes no connections now.");
}
