namespace Rpc.Transport.Udp.Protocol;

/// <summary>The first bytes of frames.</summary>
internal static class Frame
{
    internal const byte Pad = 0x00;
    internal const byte Ping = 0x01;
    internal const byte Ack = 0x02;
    internal const byte Close = 0x03;
    internal const byte PathChallenge = 0x04;
    internal const byte PathResponse = 0x05;
    internal const byte Credit = 0x06;
    internal const byte End = 0x07;
    internal const byte Refused = 0x08;

    /// <summary>Messages: the low bits tell the delivery.</summary>
    internal const byte Message = 0x10;
    internal const byte Ordered = 0x01;
    internal const byte Fragment = 0x02;
    internal const byte Unreliable = 0x18;
    internal const byte Sequenced = 0x19;

    internal static bool IsReliableMessage(byte type) => (type & ~(Ordered | Fragment)) == Message;
}
