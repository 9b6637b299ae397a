namespace Rpc.Transport.WebSockets.Framing;

/// <summary>A rule that the peer broke.</summary>
/// <param name="status">What to close the connection with.</param>
/// <param name="message">What is wrong, for a person: one sentence of ASCII, short enough for the reason of a Close frame.</param>
internal sealed class FrameViolation(CloseStatus status, string message)
{
    public static FrameViolation ReservedBits { get; } = new(CloseStatus.ProtocolError, "A reserved bit of a frame is set.");

    public static FrameViolation UnknownOpcode { get; } = new(CloseStatus.ProtocolError, "The opcode of a frame is reserved.");

    public static FrameViolation NotMasked { get; } = new(CloseStatus.ProtocolError, "A frame of the client is not masked.");

    public static FrameViolation Masked { get; } = new(CloseStatus.ProtocolError, "A frame of the server is masked.");

    public static FrameViolation FragmentedControl { get; } = new(CloseStatus.ProtocolError, "A control frame is fragmented.");

    public static FrameViolation LongControl { get; } = new(CloseStatus.ProtocolError, "A control frame has more than 125 bytes.");

    public static FrameViolation LengthNotMinimal { get; } = new(CloseStatus.ProtocolError, "A length has more bytes than it needs.");

    public static FrameViolation LengthTooLarge { get; } = new(CloseStatus.ProtocolError, "A length has its highest bit set.");

    public static FrameViolation NothingToContinue { get; } = new(CloseStatus.ProtocolError, "A frame continues a message that was not begun.");

    public static FrameViolation MessageWithinMessage { get; } = new(CloseStatus.ProtocolError, "A message begins within another.");

    public static FrameViolation Text { get; } = new(CloseStatus.UnacceptableData, "A text message: only binary ones carry bytes.");

    public static FrameViolation CloseOfOneByte { get; } = new(CloseStatus.ProtocolError, "A Close frame has half a status.");

    public static FrameViolation BadCloseStatus { get; } = new(CloseStatus.ProtocolError, "The status of a Close frame is reserved.");

    public static FrameViolation BadCloseReason { get; } = new(CloseStatus.InvalidData, "The reason of a Close frame is not UTF-8.");

    public CloseStatus Status { get; } = status;

    public string Message { get; } = message;
}
