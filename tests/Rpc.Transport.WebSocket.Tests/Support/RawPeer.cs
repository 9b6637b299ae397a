using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rpc.Transport.WebSockets.Http;

namespace Rpc.Transport.WebSockets.Tests.Support;

/// <summary>The other end of a connection, byte by byte: it speaks HTTP and WebSocket frames as rightly or wrongly as a test wants.</summary>
internal sealed class RawPeer(Stream stream) : IAsyncDisposable
{
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static readonly byte[] s_mask = [0x37, 0xFA, 0x21, 0x3D];

    public Stream Stream { get; } = stream;

    public static async Task<RawPeer> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port)).WaitAsync(TestTimeouts.HangGuard);
        return new RawPeer(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>A request that a listener at <c>/rpc</c> upgrades, with some of its lines replaced or further ones added.</summary>
    public static string Request(string requestLine = "GET /rpc HTTP/1.1", params string[] headers)
    {
        var lines = new List<string>
        {
            "Host: game.example", "Upgrade: websocket", "Connection: Upgrade", $"Sec-WebSocket-Key: {Key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: rpc.v1",
        };
        lines.AddRange(headers);
        return requestLine + "\r\n" + string.Concat(lines.Select(static line => line + "\r\n")) + "\r\n";
    }

    public async Task UpgradeAsync()
    {
        await SendAsync(Request());
        Assert.StartsWith("HTTP/1.1 101 ", await ReadHeadAsync());
    }

    /// <summary>Answers a client's request by the upgrade.</summary>
    /// <param name="request">The request.</param>
    /// <param name="header">Further header lines, or null.</param>
    /// <param name="following">What follows the answer at once.</param>
    /// <param name="aByteAtATime">Whether to send each byte alone.</param>
    public async Task AcceptUpgradeAsync(string request, string? header = "Sec-WebSocket-Protocol: rpc.v1", string following = "", bool aByteAtATime = false)
    {
        var key = request.Split("\r\n").Single(static line => line.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))[19..];
        var answer =
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {UpgradeResponse.AcceptKey(key)}\r\n"
            + $"{(header is null ? "" : header + "\r\n")}\r\n{following}";
        foreach (var part in aByteAtATime ? answer.Select(static c => c.ToString()) : [answer])
        {
            await SendAsync(part);
        }
    }

    public async Task SendAsync(string text) => await SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await Stream.WriteAsync(bytes).AsTask().WaitAsync(TestTimeouts.HangGuard);

    public async Task SendFrameAsync(byte firstByte, byte[] payload, bool isMasked)
    {
        using var frame = new MemoryStream();
        frame.WriteByte(firstByte);
        var mask = (byte)(isMasked ? 0x80 : 0);
        Span<byte> length = stackalloc byte[8];
        if (payload.Length < 126)
        {
            frame.WriteByte((byte)(mask | payload.Length));
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            frame.WriteByte((byte)(mask | 126));
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.Write(length[..2]);
        }
        else
        {
            frame.WriteByte((byte)(mask | 127));
            BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
            frame.Write(length);
        }

        if (isMasked)
        {
            frame.Write(s_mask);
            payload = [.. payload.Select((b, i) => (byte)(b ^ s_mask[i % 4]))];
        }

        frame.Write(payload);
        await SendAsync(frame.ToArray());
    }

    /// <summary>Reads a frame; null when the connection has ended instead.</summary>
    public async Task<(byte FirstByte, byte[] Payload)?> ReadFrameAsync()
    {
        var head = new byte[2];
        try
        {
            if (await Stream.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false).AsTask().WaitAsync(TestTimeouts.HangGuard) < 2)
            {
                return null;
            }
        }
        catch (IOException)
        {
            return null;
        }

        long length = head[1] & 0x7F;
        if (length == 126)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(await ReadExactlyAsync(2));
        }
        else if (length == 127)
        {
            length = BinaryPrimitives.ReadInt64BigEndian(await ReadExactlyAsync(8));
        }

        var mask = (head[1] & 0x80) != 0 ? await ReadExactlyAsync(4) : new byte[4];
        var payload = await ReadExactlyAsync((int)length);
        return (head[0], [.. payload.Select((b, i) => (byte)(b ^ mask[i % 4]))]);
    }

    /// <summary>Reads a Close frame and gives its status.</summary>
    public async Task<int> ReadCloseAsync()
    {
        while (true)
        {
            var frame = await ReadFrameAsync();
            Assert.NotNull(frame);
            if (frame.Value.FirstByte == 0x88)
            {
                return frame.Value.Payload.Length == 0 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(frame.Value.Payload);
            }
        }
    }

    /// <summary>Reads up to the empty line of an HTTP message.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!EndsWithEmptyLine(head))
        {
            Assert.Equal(1, await Stream.ReadAsync(one).AsTask().WaitAsync(TestTimeouts.HangGuard));
            head.Append((char)one[0]);
        }

        return head.ToString();

        static bool EndsWithEmptyLine(StringBuilder text) => text.Length >= 4 && text.ToString(text.Length - 4, 4) == "\r\n\r\n";
    }

    /// <summary>Reads until the other end closes or cuts the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var read = await Stream.ReadAsync(buffer).AsTask().WaitAsync(TestTimeouts.HangGuard);
                if (read == 0)
                {
                    break;
                }

                all.Write(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // A reset is an end as well.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    public async Task<byte[]> ReadExactlyAsync(int length)
    {
        var bytes = new byte[length];
        await Stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(TestTimeouts.HangGuard);
        return bytes;
    }

    public async ValueTask DisposeAsync() => await Stream.DisposeAsync();
}
