namespace Rpc.Transport.Tcp.Internal;

/// <summary>The schemes of this transport.</summary>
internal static class Scheme
{
    internal const string Tcp = "tcp";
    internal const string Tls = "tcps";
    internal const string Unix = "unix";
}
