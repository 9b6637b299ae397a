using System.Net;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A parsed address to listen at, such as <c>http://*:7001/rpc</c>.</summary>
internal sealed class ListenUrl
{
    private ListenUrl(string host, int port, string path, bool isSecure) => (Host, Port, Path, IsSecure) = (host, port, path, isSecure);

    /// <summary>The host as written, without the brackets of an IPv6 address; <c>*</c> for every address of the machine.</summary>
    public string Host { get; }

    /// <summary>The port; 0 leaves the choice to the system.</summary>
    public int Port { get; }

    /// <summary>The absolute path that a request must name, as written.</summary>
    public string Path { get; }

    /// <summary>Whether TLS is spoken.</summary>
    public bool IsSecure { get; }

    /// <summary>The scheme of the connections.</summary>
    public string Scheme => IsSecure ? "wss" : "ws";

    public static ListenUrl Parse(string url)
    {
        if (url is null)
        {
            throw new ArgumentNullException(nameof(url));
        }

        // Uri knows no wildcard host, and would take the port 0 for a host without port only in some schemes.
        var schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        var authorityStart = schemeEnd + 3;
        var wildcard = schemeEnd > 0 && url.Length > authorityStart && url[authorityStart] is '*' or '+';
        var parseable = wildcard ? url[..authorityStart] + "wildcard.invalid" + url[(authorityStart + 1)..] : url;
        if (!Uri.TryCreate(parseable, UriKind.Absolute, out var uri) || (wildcard && uri.Host != "wildcard.invalid"))
        {
            throw new ArgumentException($"'{url}' is not an address to listen at, such as http://*:7001/rpc.", nameof(url));
        }

        var isSecure = uri.Scheme switch
        {
            "http" or "ws" => false,
            "https" or "wss" => true,
            _ => throw new ArgumentException($"The scheme of '{url}' is none of http, https, ws, wss.", nameof(url)),
        };
        if (uri.UserInfo.Length != 0 || uri.Query.Length != 0 || uri.Fragment.Length != 0)
        {
            throw new ArgumentException($"'{url}' must not have user information, a query or a fragment.", nameof(url));
        }

        return new ListenUrl(wildcard ? "*" : uri.DnsSafeHost, uri.Port, uri.AbsolutePath, isSecure);
    }

    /// <summary>The address that a client on this machine connects to.</summary>
    public Uri ToAddress(IPEndPoint bound)
    {
        var host = Host switch
        {
            "*" => "localhost",
            _ when IPAddress.TryParse(Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) => "localhost",
            _ => Host,
        };
        return new UriBuilder(Scheme, host, bound.Port, Path).Uri;
    }
}
