using System.Net;
#if NET
using System.Net.Http;
#else
using System.Runtime.InteropServices;
#endif

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Decides who makes the opening handshake: this library, or where that cannot the platform's client.</summary>
internal static class PlatformClient
{
#if !NET
    private static readonly OSPlatform s_browser = OSPlatform.Create("BROWSER");
#endif

    /// <summary>Whether this runs in a browser, which has no sockets.</summary>
    public static bool IsBrowser =>
#if NET
        OperatingSystem.IsBrowser();
#else
        RuntimeInformation.IsOSPlatform(s_browser);
#endif

    /// <summary>Whether the platform's client is needed: in a browser, for a proxy, and for HTTP authentication.</summary>
    public static bool IsNeeded(Uri address, WebSocketClientOptions options) =>
        IsBrowser || options.Credentials is not null || (options.UseProxy && HasProxy(address, options.Proxy ?? SystemProxy));

    private static IWebProxy? SystemProxy =>
#if NET
        HttpClient.DefaultProxy;
#else
        WebRequest.DefaultWebProxy;
#endif

    private static bool HasProxy(Uri address, IWebProxy? proxy) =>
        proxy is not null && !proxy.IsBypassed(address) && proxy.GetProxy(address) is { } through && through != address;
}
