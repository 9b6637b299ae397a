using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>Fault</c>: call id (3), status (1), message, and when there is a detail its type's name and its payload to the end. Ends a call.</summary>
internal static class FaultFrame
{
    public static OutgoingFrame Create(int callId, RpcException fault)
    {
        var writer = ControlFrame.Begin();
        Wire.WriteCallId(writer.GetSpan(Wire.CallIdSize), callId);
        writer.Advance(Wire.CallIdSize);
        WriteStatus(ref writer, fault);
        return ControlFrame.End(ref writer, FrameType.Fault);
    }

    public static void WriteStatus(ref PayloadWriter writer, RpcException fault)
    {
        writer.WriteByte((byte)fault.StatusCode);
        writer.WriteText(Wire.Cut(fault.Message));
        if (fault.DetailType is { } type)
        {
            writer.WriteText(type);
            writer.WriteRaw(fault.Detail.Span);
        }
    }

    /// <summary>Reads what follows the call id.</summary>
    public static RpcException ReadStatus(ref PayloadReader reader)
    {
        var code = reader.ReadByte();
        var status = code is 0 or > (byte)RpcStatusCode.Unauthenticated ? RpcStatusCode.Unknown : (RpcStatusCode)code;
        var fault = new RpcException(status, reader.ReadText()) { Progress = RpcCallProgress.Answered };
        if (reader.Remaining > 0)
        {
            fault.SetDetail(reader.ReadText(), reader.RemainingSpan.ToArray());
        }

        return fault;
    }
}
