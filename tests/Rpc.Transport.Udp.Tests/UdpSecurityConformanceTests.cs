using System.Net;
using System.Security.Cryptography;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Tests;

public sealed class UdpTokenConformanceTests : MessageTransportConformance
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(UdpTokenIssuer.KeySize);

    protected override IRpcClientTransport CreateClientTransport()
    {
        var issuer = new UdpTokenIssuer(1, _key);
        return new UdpClientTransport(new UdpClientOptions
        {
            ForwardSecrecy = true,
            GetToken = _ => new ValueTask<UdpConnectToken>(UdpConnectToken.Parse(issuer.Issue("kim", TimeSpan.FromMinutes(1)).ToArray())),
        });
    }

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new TransportCollection().ListenUdp(IPAddress.Loopback, address?.Port ?? 0, options => options.TokenKeys[1] = _key).Single;
}

public sealed class UdpPinnedKeyConformanceTests : MessageTransportConformance
{
    private readonly ECDsa _key = UdpServerKey.Create();

    protected override IRpcClientTransport CreateClientTransport() =>
        new UdpClientTransport(new UdpClientOptions { ServerKey = UdpServerKey.Export(_key), UsePortableCipher = true });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new TransportCollection().ListenUdp(IPAddress.IPv6Loopback, address?.Port ?? 0, options => options.SigningKey = _key).Single;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _key.Dispose();
    }
}
