namespace Rpc.Transport.Udp.Protocol;

/// <summary>What the keys of a connection come from.</summary>
internal enum SecurityMode : byte
{
    /// <summary>Nothing secret: who sees the handshake can compute them.</summary>
    Insecure = 0,

    /// <summary>The key of a connect token.</summary>
    Token = 1,

    /// <summary>A key exchange that the server signs.</summary>
    PinnedKey = 2,
}
