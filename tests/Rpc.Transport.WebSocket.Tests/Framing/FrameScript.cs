using System.Buffers.Binary;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Framing;

namespace Rpc.Transport.WebSockets.Tests.Framing;

/// <summary>Frames that a peer sends, and what is to be made of them.</summary>
internal sealed class FrameScript(bool isMasked)
{
    private static readonly byte[] s_mask = [0x37, 0xFA, 0x21, 0x3D];
    private readonly List<byte> _bytes = [];
    private readonly List<byte> _payload = [];

    public byte[] Bytes => [.. _bytes];

    public byte[] Payload => [.. _payload];

    public List<byte[]> Pings { get; } = [];

    public FrameScript Binary(byte[] payload) => Data(0x82, payload);

    public FrameScript Data(byte first, byte[] payload)
    {
        _payload.AddRange(payload);
        return Frame(first, payload);
    }

    public FrameScript Ping(byte[] payload)
    {
        Pings.Add(payload);
        return Frame(0x89, payload);
    }

    public FrameScript Pong(byte[] payload) => Frame(0x8A, payload);

    public FrameScript Close(int status, string reason) => Frame(0x88, [(byte)(status >> 8), (byte)status, .. System.Text.Encoding.UTF8.GetBytes(reason)]);

    public FrameScript Frame(byte first, byte[] payload)
    {
        _bytes.Add(first);
        var maskBit = isMasked ? 0x80 : 0;
        Span<byte> length = stackalloc byte[8];
        switch (payload.Length)
        {
            case < 126:
                _bytes.Add((byte)(maskBit | payload.Length));
                break;
            case <= ushort.MaxValue:
                _bytes.Add((byte)(maskBit | 126));
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
                _bytes.AddRange(length[..2]);
                break;
            default:
                _bytes.Add((byte)(maskBit | 127));
                BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
                _bytes.AddRange(length);
                break;
        }

        if (isMasked)
        {
            _bytes.AddRange(s_mask);
            payload = [.. payload.Select(static (b, i) => (byte)(b ^ s_mask[i & 3]))];
        }

        _bytes.AddRange(payload);
        return this;
    }

    /// <summary>Messages, whole and in fragments, with control frames between, as a seed has them; the end is a Close frame.</summary>
    public static FrameScript Random(int seed, bool isMasked)
    {
        var random = new Random(seed);
        var script = new FrameScript(isMasked);
        var isInMessage = false;
        for (var i = random.Next(1, 30); i > 0; i--)
        {
            switch (random.Next(6))
            {
                case 0:
                    script.Ping(TestBytes.Make(random.Next(126)));
                    break;
                case 1:
                    script.Pong(TestBytes.Make(random.Next(126)));
                    break;
                default:
                    var isFinal = random.Next(2) == 0;
                    var length = random.Next(8) switch { 0 => 0, 1 => random.Next(120, 130), 2 => random.Next(65_530, 65_540), 3 => random.Next(3000), _ => random.Next(100) };
                    script.Data((byte)((isFinal ? 0x80 : 0) | (isInMessage ? 0 : 2)), TestBytes.Make(length, script._payload.Count));
                    isInMessage = !isFinal;
                    break;
            }
        }

        return script.Close(1001, "over");
    }

    /// <summary>Decodes the script, cut into receives.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="nextCut">Gives the length of each receive.</param>
    /// <param name="mayStartLater">Whether to allow a payload behind a header.</param>
    /// <param name="pings">Takes the pings that are to be answered.</param>
    /// <returns>The payload.</returns>
    public byte[] Decode(FrameDecoder decoder, Func<int> nextCut, bool mayStartLater, List<byte[]>? pings = null)
    {
        using var payload = new MemoryStream();
        var bytes = Bytes;
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(nextCut(), bytes.Length - at);
            var received = bytes.AsSpan(at, count);
            var decoded = decoder.Decode(received, mayStartLater, out var start);
            Assert.True(mayStartLater || start == 0);
            payload.Write(received.Slice(start, decoded));
            if (decoder.HasPing)
            {
                pings?.Add(decoder.Ping.ToArray());
                decoder.TakePing();
            }

            at += count;
        }

        return payload.ToArray();
    }
}
