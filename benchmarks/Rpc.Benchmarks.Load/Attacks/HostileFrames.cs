using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rpc.Benchmarks.Load.Attacks;

/// <summary>Bytes as docs/protocol.md has them, good ones and bad ones, made without the library that is attacked.</summary>
internal static class HostileFrames
{
    internal static readonly byte[] Preface = [0x52, 0x50, 0x43, 0x21, 1, 1, 0, 0];

    /// <summary>Preface and handshake of a client that means no harm yet.</summary>
    internal static readonly byte[] Hello = [.. Preface, .. Frame(0x01, Limits)];

    private static byte[] Limits => [.. Field(1, Int(1 << 20)), .. Field(2, Int(8192)), .. Field(3, Int(64)), .. Field(4, Int(4096))];

    /// <summary>A handshake of 60 KB in thousands of pairs of metadata.</summary>
    internal static byte[] MetadataBomb()
    {
        var fields = new List<byte>(Limits);
        for (var i = 0; fields.Count < 60_000; i++)
        {
            fields.AddRange(Field(5, [.. Text($"name{i}"), .. Text("value")]));
        }

        return [.. Preface, .. Frame(0x01, [.. fields])];
    }

    /// <summary>A session that nobody has, with a proof that proves nothing.</summary>
    internal static byte[] ForgedResume() => [.. Preface, .. Frame(0x04, RandomNumberGenerator.GetBytes(16 + 8 + 8 + 32))];

    /// <summary>The header of a frame of 16 MiB, and nothing of it.</summary>
    internal static byte[] Oversized() => [.. Hello, 0xFF, 0xFF, 0xFF, 0x10];

    internal static byte[] Unknown() => [.. Hello, .. Frame(0x7E, new byte[16])];

    /// <summary>As many pings as asked for.</summary>
    internal static byte[] Pings(int count) => Repeat(count, static i => Frame(0x30, Long(i)));

    internal static byte[] Cancels(int count) => Repeat(count, static i => Frame(0x16, Id(i % 8000)));

    /// <summary>Calls of a stream of a million items, of which the window takes a few and nobody the rest.</summary>
    internal static byte[] StreamCalls(int count) => Repeat(count, static i => Frame(0x10, [.. Id(i), .. Method("Ticks"), 1, .. Int(1_000_000)]));

    internal static byte[] Add(int id) => Frame(0x10, [.. Id(id), .. Method("Add"), 2, .. Int(1), .. Int(2)]);

    private static byte[] Frame(byte type, byte[] body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)body.Length | ((uint)type << 24));
        body.CopyTo(frame, 4);
        return frame;
    }

    private static byte[] Field(byte tag, byte[] value) => [tag, .. Varint(value.Length), .. value];

    private static byte[] Text(string text) => [.. Varint(text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];

    private static byte[] Id(int id) => [(byte)id, (byte)(id >> 8), (byte)(id >> 16)];

    private static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Long(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Method(string name)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes("Rpc.Benchmarks.Load.Typed.IBench/" + name))
        {
            hash = (hash ^ b) * 16777619u;
        }

        return Int((int)hash);
    }

    private static byte[] Repeat(int count, Func<int, byte[]> frame) => [.. Enumerable.Range(0, count).SelectMany(frame)];
}
