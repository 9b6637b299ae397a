using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>RequestExtended</c>, <c>OneWayExtended</c>: as the plain frames, with a <see cref="RequestExtension"/> between method id and arguments.</summary>
internal static class ExtendedFrame
{
    /// <summary>Writes the frame. Returns the arguments' buffer.</summary>
    /// <exception cref="RpcException">ResourceExhausted: extension and arguments together are too large; the arguments are still the caller's.</exception>
    public static OutgoingFrame Create(FrameType type, int callId, uint methodId, RequestExtension extension, PayloadBuffer arguments, int maxSize)
    {
        var fields = new PayloadWriter(PayloadBuffer.Rent());
        extension.Write(ref fields);
        fields.Commit();

        if ((long)fields.Buffer.Length + arguments.Length + Wire.CallIdSize + sizeof(uint) + 5 > maxSize)
        {
            fields.Buffer.Return();
            throw new RpcException(RpcStatusCode.ResourceExhausted, $"The call with its metadata is larger than the peer's limit of {maxSize} bytes.");
        }

        var writer = new PayloadWriter(PayloadBuffer.Rent(maxSize));
        if (type == FrameType.RequestExtended)
        {
            Wire.WriteCallId(writer.GetSpan(Wire.CallIdSize), callId);
            writer.Advance(Wire.CallIdSize);
        }

        writer.WriteUnmanaged(methodId);
        writer.WriteLeb128((uint)fields.Buffer.Length);
        writer.WriteRaw(fields.Buffer.WrittenSpan);
        writer.WriteRaw(arguments.WrittenSpan);
        fields.Buffer.Return();
        arguments.Return();
        return ControlFrame.End(ref writer, type);
    }
}
