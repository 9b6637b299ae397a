using System.Security.Cryptography;
using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

/// <summary>The known answers of <c>docs/udp-protocol.md</c>, read from the page.</summary>
public sealed class SpecificationTests
{
    [Fact]
    public void The_code_gives_the_known_answers_of_the_page()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Rpc.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        var page = File.ReadAllText(Path.Combine(folder, "docs", "udp-protocol.md")).ReplaceLineEndings("\n");
        var missing = Answers().Select(static answer => $"{answer.Name,-22}{Convert.ToHexStringLower(answer.Value)}").Where(line => !page.Contains(line + "\n", StringComparison.Ordinal));
        Assert.True(!missing.Any(), "The page lacks:\n" + string.Join('\n', missing));
    }

    private static IEnumerable<(string Name, byte[] Value)> Answers()
    {
        var transcript = SHA256.HashData("transcript"u8);
        var master = KeySchedule.Master(transcript, [.. Enumerable.Range(0, 32).Select(static i => (byte)i)], SHA256.HashData("ecdh"u8));
        var client = KeySchedule.Direction(master, fromClient: true);
        yield return ("transcript", transcript);
        yield return ("master", master);
        yield return ("confirmation", KeySchedule.Confirmation(master, []));
        yield return ("client secret", client);
        yield return ("server secret", KeySchedule.Direction(master, fromClient: false));
        yield return ("client secret, next", KeySchedule.Next(client));
        yield return ("packet, AES-GCM", Packet5(CipherSuite.AesGcm, client));
        yield return ("packet, AES-CTR-HMAC", Packet5(CipherSuite.AesCtrHmac, client));
    }

    // Number 5 of connection 0x00100007: a reliable message "hi", and a ping.
    private static byte[] Packet5(CipherSuite suite, byte[] secret)
    {
        byte[] header = [0x40, 0x07, 0x00, 0x10, 0x00, 0x05, 0x00];
        byte[] body = [0x10, 0x02, 0x00, 0x00, 0x08, (byte)'h', (byte)'i', 0x01];
        byte[] packet = [.. header, .. body, .. new byte[Packet.TagSize]];
        using var protection = KeySchedule.Protect(suite, secret);
        protection.Seal(5, header, packet.AsSpan(header.Length, body.Length), packet.AsSpan(header.Length + body.Length));
        return packet;
    }
}
