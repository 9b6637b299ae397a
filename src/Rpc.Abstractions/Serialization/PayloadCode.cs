namespace Rpc.Serialization;

/// <summary>The codes of the MemoryPack format.</summary>
internal static class PayloadCode
{
    /// <summary>The first byte of a null object or union.</summary>
    public const byte NullObject = 255;

    /// <summary>A union tag of 250 or more follows as u16; a reference to an object seen before in circular types.</summary>
    public const byte Wide = 250;

    /// <summary>The most members of an object, and the largest one-byte tag.</summary>
    public const byte MaxMembers = 249;

    /// <summary>The length of a null collection or string.</summary>
    public const int NullCollection = -1;
}
