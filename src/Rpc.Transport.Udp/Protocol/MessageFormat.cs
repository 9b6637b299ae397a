namespace Rpc.Transport.Udp.Protocol;

/// <summary>Sizes that sender and receiver agree on.</summary>
internal static class MessageFormat
{
    /// <summary>The longest message that travels in one piece.</summary>
    internal const int MaxSingle = 1150;

    /// <summary>What longer messages are counted in: four units fill a packet of 1,200 bytes, five one of 1,450 and more, and what was sent in five can be sent again in
    /// four when a path turns out to be narrower.</summary>
    internal const int UnitSize = 280;

    /// <summary>The longest message that a redundant copy is made of.</summary>
    internal const int MaxRedundant = 200;

    /// <summary>Reliable messages that may be under way: the bits of the receiver's window.</summary>
    internal const int Window = 4096;

    /// <summary>What a message costs of the receiver's credit beside its bytes.</summary>
    internal const int Overhead = 64;

    /// <summary>Slots of sequenced messages.</summary>
    internal const int Slots = 256;

    internal static int Units(long length) => (int)((length + UnitSize - 1) / UnitSize);
}
