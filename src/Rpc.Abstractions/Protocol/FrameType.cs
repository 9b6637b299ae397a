namespace Rpc.Protocol;

/// <summary>The kinds of frames; the numbers are those of the wire (docs/protocol.md).</summary>
internal enum FrameType : byte
{
    Hello = 0x01,
    Welcome = 0x02,
    Refuse = 0x03,
    Resume = 0x04,
    Resumed = 0x05,

    Request = 0x10,
    RequestExtended = 0x11,
    OneWay = 0x12,
    OneWayExtended = 0x13,
    Response = 0x14,
    Fault = 0x15,
    Cancel = 0x16,

    // A stream belongs to a call. Bit 3 tells which side of the call sends the frame, as both sides number their calls alike.
    CallerItems = 0x20,
    CallerEnd = 0x21,
    CallerCredit = 0x22,
    CallerNewest = 0x23,
    CalleeItems = 0x28,
    CalleeStop = 0x29,
    CalleeCredit = 0x2A,
    CalleeNewest = 0x2B,

    Ping = 0x30,
    Pong = 0x31,
    GoAway = 0x32,
    Close = 0x33,
    Refresh = 0x34,
    Refreshed = 0x35,
    SessionAck = 0x36,
    GoAwayAck = 0x37,

    Piece = 0x40,
    PieceAck = 0x41,
}
