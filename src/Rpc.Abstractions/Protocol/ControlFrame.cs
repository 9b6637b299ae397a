using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary>Frames that are built in a buffer of their own, header in the headroom.</summary>
internal static class ControlFrame
{
    /// <summary>Begins a body.</summary>
    public static PayloadWriter Begin() => new(PayloadBuffer.Rent());

    /// <summary>A frame without a body.</summary>
    public static OutgoingFrame Empty(FrameType type)
    {
        var writer = Begin();
        return End(ref writer, type);
    }

    /// <summary>Ends the body and puts the header before it.</summary>
    /// <returns>The frame.</returns>
    public static OutgoingFrame End(ref PayloadWriter writer, FrameType type)
    {
        writer.Commit();
        const int Start = PayloadBuffer.Headroom - FrameHeader.Size;
        FrameHeader.Write(writer.Buffer.Array.AsSpan(Start, FrameHeader.Size), FrameSize.Clamp(writer.Buffer.Length), type);
        return new OutgoingFrame(writer.Buffer, Start);
    }
}
