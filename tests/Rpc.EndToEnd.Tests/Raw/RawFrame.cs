using System.Buffers.Binary;
using System.Text;

namespace Rpc.EndToEnd.Tests.Raw;

/// <summary>A frame as docs/protocol.md has it, written without the code under test.</summary>
internal sealed record RawFrame(byte Type, byte[] Body)
{
    public const byte Hello = 0x01, Welcome = 0x02, Refuse = 0x03;
    public const byte Request = 0x10, RequestExtended = 0x11, OneWay = 0x12, OneWayExtended = 0x13, Response = 0x14, Fault = 0x15, Cancel = 0x16;
    public const byte CallerItems = 0x20, CallerEnd = 0x21, CallerCredit = 0x22, CalleeItems = 0x28, CalleeStop = 0x29, CalleeCredit = 0x2A;
    public const byte Ping = 0x30, Pong = 0x31, GoAway = 0x32, Close = 0x33, Piece = 0x40, PieceAck = 0x41;

    public static byte[] Preface => [0x52, 0x50, 0x43, 0x21, 1, 1, 0, 0];

    /// <summary>The call id at the start of the body.</summary>
    public int CallId => Body[0] | (Body[1] << 8) | (Body[2] << 16);

    /// <summary>The status of a fault, or the reason of a farewell or refusal.</summary>
    public byte Code => Type == Fault ? Body[3] : Body[0];

    /// <summary>The text of a fault, farewell or refusal.</summary>
    public string Text
    {
        get
        {
            var start = Type == Fault ? 4 : 1;
            int length = 0, shift = 0;
            byte b;
            do
            {
                b = Body[start++];
                length |= (b & 0x7F) << shift;
                shift += 7;
            }
            while (b >= 0x80);
            return Encoding.UTF8.GetString(Body, start, length);
        }
    }

    public static byte[] Of(byte type, params byte[][] parts)
    {
        var body = Join(parts);
        return Join(Header(type, body.Length), body);
    }

    public static byte[] Header(byte type, int length)
    {
        var header = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)length | ((uint)type << 24));
        return header;
    }

    public static byte[] Id(int callId) => [(byte)callId, (byte)(callId >> 8), (byte)(callId >> 16)];

    public static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Varint(uint value)
    {
        var bytes = new List<byte>();
        while (value >= 0x80)
        {
            bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    /// <summary>A text of the wire: length in bytes, then UTF-8.</summary>
    public static byte[] WireText(string text) => Join(Varint((uint)Encoding.UTF8.GetByteCount(text)), Encoding.UTF8.GetBytes(text));

    /// <summary>A text of a payload: the complement of the length in bytes, the length in characters, UTF-8.</summary>
    public static byte[] PayloadText(string text) => Join(Int(~Encoding.UTF8.GetByteCount(text)), Int(text.Length), Encoding.UTF8.GetBytes(text));

    /// <summary>FNV-1a of <c>contract/method</c> of the test's contract.</summary>
    public static byte[] Method(string name, string contract = "Rpc.EndToEnd.Tests.ITestService")
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(contract + "/" + name))
        {
            hash = (hash ^ b) * 16777619u;
        }

        return Int((int)hash);
    }

    public static byte[] Field(uint tag, byte[] value) => Join(Varint(tag), Varint((uint)value.Length), value);

    /// <summary>The fields of a well-behaved handshake.</summary>
    public static byte[] Limits(int maxFrame = 1 << 20, int maxCalls = 100, int window = 1 << 16, int maxMetadata = 4096) =>
        Join(Field(1, Int(maxFrame)), Field(2, Int(maxCalls)), Field(3, Int(window)), Field(4, Int(maxMetadata)));

    /// <summary>A piece of a large frame; <paramref name="total"/> only in the first.</summary>
    public static byte[] PieceOf(ushort transfer, byte flags, int? total, params byte[][] bytes) =>
        Of(Piece, [(byte)transfer, (byte)(transfer >> 8)], [flags], total is { } length ? Int(length) : [], Join(bytes));

    /// <summary>A request of <c>RunAsync(what)</c>.</summary>
    public static byte[] Run(int callId, string what) => Of(Request, Id(callId), Method("RunAsync"), [1], PayloadText(what));

    /// <summary>A request of <c>AddAsync(a, b)</c>.</summary>
    public static byte[] Add(int callId, int a, int b) => Of(Request, Id(callId), Method("AddAsync"), [2], Int(a), Int(b));

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(static part => part)];
}
