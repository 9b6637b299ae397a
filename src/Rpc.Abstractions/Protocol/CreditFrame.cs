using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>CallerCredit</c>, <c>CalleeCredit</c>: call id (3), stream (1), bytes (4) that the reader of a stream has room for beyond what it granted before.</summary>
internal static class CreditFrame
{
    public static OutgoingFrame Create(FrameType type, StreamRef stream, int bytes)
    {
        var writer = ControlFrame.Begin();
        stream.Write(ref writer);
        writer.WriteUnmanaged(bytes);
        return ControlFrame.End(ref writer, type);
    }

    /// <summary>Reads what follows the stream.</summary>
    public static int ReadBytes(ref PayloadReader reader)
    {
        var bytes = reader.ReadUnmanaged<int>();
        return bytes > 0 ? bytes : throw new ProtocolException($"A credit of {bytes} bytes was granted.");
    }
}
