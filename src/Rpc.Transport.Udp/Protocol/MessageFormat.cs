namespace Rpc.Transport.Udp.Protocol;

/// <summary>Sizes that sender and receiver agree on.</summary>
internal static class MessageFormat
{
    /// <summary>The longest message that travels in one piece.</summary>
    internal const int MaxSingle = 1150;

    /// <summary>Bytes of every fragment but the last; leaves room for an acknowledgement beside it.</summary>
    internal const int FragmentSize = 1120;

    /// <summary>The longest message that a redundant copy is made of.</summary>
    internal const int MaxRedundant = 200;

    /// <summary>Reliable messages that may be under way: the bits of the receiver's window.</summary>
    internal const int Window = 4096;

    /// <summary>What a message costs of the receiver's credit beside its bytes.</summary>
    internal const int Overhead = 64;

    /// <summary>Slots of sequenced messages.</summary>
    internal const int Slots = 256;
}
