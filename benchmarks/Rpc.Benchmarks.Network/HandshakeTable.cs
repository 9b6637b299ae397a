using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Rpc.Transport.Udp;
using Rpc.Transport.Udp.Protocol;

namespace Rpc.Benchmarks.Network;

/// <summary>What a handshake costs each side: the protocol alone, on one thread, by processor time, so that other work on the machine changes little.</summary>
internal static class HandshakeTable
{
    public static void Print(int count)
    {
        using var key = UdpServerKey.Create();
        var tokenKey = SHA256.HashData("benchmark"u8);
        var security = new ServerSecurity(AllowInsecure: false, key, new Dictionary<uint, byte[]> { [1] = tokenKey }, null, CipherSuite.AesGcm);
        var issuer = new UdpTokenIssuer(1, tokenKey);
        MarkdownTable.Begin("Handshakes a second of a core, each side by itself", "security", "server", "client");
        Row("connect token", () => Token(exchange: false));
        Row("connect token, key exchange", () => Token(exchange: true));
        Row("pinned key: key exchange and signature", () => new ClientSecurity(SecurityMode.PinnedKey, null, null, UdpServerKey.Export(key), true, CipherSuite.AesGcm));

        ClientSecurity Token(bool exchange)
        {
            var token = issuer.Issue("benchmark", TimeSpan.FromMinutes(1));
            var bytes = token.ToArray();
            return new ClientSecurity(SecurityMode.Token, bytes[TokenSealer.KeySize..], bytes[..TokenSealer.KeySize], null, exchange, CipherSuite.AesGcm);
        }

        void Row(string name, Func<ClientSecurity> create)
        {
            Run(count / 10, security, create);
            var (server, client) = Run(count, security, create);
            MarkdownTable.Row(name, Rate(count, server), Rate(count, client));
        }
    }

    private static string Rate(int count, TimeSpan time) => (count / time.TotalSeconds).ToString("#,0", CultureInfo.InvariantCulture);

    private static (TimeSpan Server, TimeSpan Client) Run(int count, ServerSecurity security, Func<ClientSecurity> create)
    {
        var (server, client) = (TimeSpan.Zero, TimeSpan.Zero);
        var securities = Enumerable.Range(0, count).Select(_ => create()).ToArray();
        var handshakes = new ClientHandshake[count];
        var datagrams = new byte[count][];
        client += Measure(() =>
        {
            for (var i = 0; i < count; i++)
            {
                handshakes[i] = new ClientHandshake(securities[i], new PeerOptions(), 0);
                handshakes[i].Produce(datagrams[i] = new byte[Packet.MaxSize], 0);
            }
        });
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        server += Measure(() =>
        {
            for (var i = 0; i < count; i++)
            {
                var refusal = ServerHandshake.Accept(datagrams[i], security, new PeerOptions(), (uint)i, seconds, 0, out var acceptance);
                datagrams[i] = acceptance?.ServerHello ?? throw new InvalidOperationException($"Refused: {refusal}.");
                acceptance.Peer.Dispose();
            }
        });
        client += Measure(() =>
        {
            for (var i = 0; i < count; i++)
            {
                handshakes[i].Receive(datagrams[i], 0);
                (handshakes[i].Peer ?? throw new InvalidOperationException("No connection.")).Dispose();
                handshakes[i].Dispose();
            }
        });
        return (server, client);
    }

    private static TimeSpan Measure(Action action)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        action();
        process.Refresh();
        return process.TotalProcessorTime - before;
    }
}
