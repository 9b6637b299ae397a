using System.Security.Cryptography;

namespace Rpc.Benchmarks.Load.Attacks;

/// <summary>Datagrams as docs/udp-protocol.md has them, of somebody who has no keys.</summary>
internal static class HostileDatagrams
{
    private const int HelloSize = 1200;
    private const int FlagsAt = 7;
    private const int RandomAt = 16;
    private const int CookieAt = 50;

    /// <summary>Hellos without a cookie and with a forged one, and packets of connections that may be there, sealed with nothing: as many as are to be sent in turn.</summary>
    internal static byte[][] All { get; } = [.. Enumerable.Range(0, 8).Select(static i => (i % 4) switch
    {
        0 => Hello(withCookie: false),
        1 => Hello(withCookie: true),
        2 => Data((uint)i),
        _ => Data(0x0010_0000),
    })];

    private static byte[] Hello(bool withCookie)
    {
        var hello = new byte[HelloSize];
        new byte[] { 0x81, (byte)'R', (byte)'P', (byte)'C', 1, 1, 0 }.CopyTo(hello, 0);
        RandomNumberGenerator.Fill(hello.AsSpan(RandomAt, 32));
        if (withCookie)
        {
            hello[FlagsAt] = 1;
            RandomNumberGenerator.Fill(hello.AsSpan(CookieAt, 24));
        }

        return hello;
    }

    private static byte[] Data(uint connection)
    {
        var data = RandomNumberGenerator.GetBytes(200);
        data[0] = 0x40;
        BitConverter.TryWriteBytes(data.AsSpan(1), connection);
        return data;
    }
}
