using System.Net;
using System.Security.Cryptography;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Udp;

namespace Rpc.Benchmarks.Load.Typed;

/// <summary>The ways of UDP's security, as transports of their own: <c>udp</c> (keys that anyone can compute), <c>udp-token</c>, <c>udp-key</c>. The server's
/// address tells the client which it is, and the key that it pins.</summary>
internal static class UdpSecurity
{
    private const string Token = "udp-token";
    private const string PinnedKey = "udp-key";

    /// <summary>The key of the tokens: both processes are this benchmark's.</summary>
    private static readonly byte[] s_tokenKey = SHA256.HashData("benchmark"u8);

    public static bool Has(string transport) => transport is "udp" or Token or PinnedKey;

    /// <summary>Listens, and says what to add to the address.</summary>
    public static string Listen(RpcServerBuilder rpc, string transport, IPAddress address, int port)
    {
        var signingKey = transport == PinnedKey ? UdpServerKey.Create() : null;
        rpc.ListenUdp(address, port, udp =>
        {
            udp.MaxConnections = 100_000;
            udp.Backlog = 100_000;
            udp.KeyExchangesPerSecond = 1_000_000;
            udp.SigningKey = signingKey;
            udp.AllowInsecure = transport == "udp";
            if (transport == Token)
            {
                udp.TokenKeys[1] = s_tokenKey;
            }
        });
        return signingKey is null ? $"?{transport}" : $"?{transport}={Convert.ToHexString(UdpServerKey.Export(signingKey))}";
    }

    /// <summary>The name of the transport that an address tells.</summary>
    public static string NameOf(Uri address) => address.Query.Length > 1 ? address.Query[1..].Split('=')[0] : address.Scheme;

    /// <summary>Makes a client use what the address tells.</summary>
    public static void Use(RpcClientOptions options, Uri address)
    {
        if (address.Scheme != "udp")
        {
            return;
        }

        var name = NameOf(address);
        options.UseUdp(udp =>
        {
            udp.AllowInsecure = name == "udp";
            udp.ServerKey = name == PinnedKey ? Convert.FromHexString(address.Query.Split('=')[1]) : null;
            if (name == Token)
            {
                var issuer = new UdpTokenIssuer(1, s_tokenKey);
                udp.GetToken = _ => new ValueTask<UdpConnectToken>(issuer.Issue("benchmark", TimeSpan.FromMinutes(1)));
            }
        });
    }
}
