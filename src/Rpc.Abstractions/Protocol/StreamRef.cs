using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary>Names a stream of a call: call id (3), stream (1).</summary>
internal readonly record struct StreamRef(int CallId, byte Stream)
{
    public const int Size = Wire.CallIdSize + 1;

    public static StreamRef Read(ref PayloadReader reader)
    {
        var bytes = reader.ReadRaw(Size);
        return new StreamRef(Wire.ReadCallId(bytes), bytes[Wire.CallIdSize]);
    }

    public void Write(Span<byte> destination)
    {
        Wire.WriteCallId(destination, CallId);
        destination[Wire.CallIdSize] = Stream;
    }

    public void Write(ref PayloadWriter writer)
    {
        Write(writer.GetSpan(Size));
        writer.Advance(Size);
    }
}
