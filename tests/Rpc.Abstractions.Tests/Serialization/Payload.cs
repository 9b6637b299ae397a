using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>Writes and reads whole payloads.</summary>
internal static class Payload
{
    public static byte[] Write<T>(Formatter<T> formatter, T? value)
    {
        var buffer = PayloadBuffer.Rent();
        var writer = new PayloadWriter(buffer);
        formatter.Serialize(ref writer, in value);
        writer.Commit();
        var bytes = buffer.WrittenSpan.ToArray();
        buffer.Return();
        return bytes;
    }

    public static T? Read<T>(Formatter<T> formatter, ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        return formatter.Deserialize(ref reader);
    }

    public static T? ReadHex<T>(Formatter<T> formatter, string hex) => Read(formatter, Convert.FromHexString(hex));

    public static string WriteHex<T>(Formatter<T> formatter, T? value) => Convert.ToHexStringLower(Write(formatter, value));
}
