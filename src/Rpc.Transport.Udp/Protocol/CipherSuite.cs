namespace Rpc.Transport.Udp.Protocol;

/// <summary>How packets are sealed; the values are bits of the client's offer.</summary>
[Flags]
internal enum CipherSuite : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>AES-128-GCM.</summary>
    AesGcm = 1,

    /// <summary>AES-128-CTR, then HMAC-SHA256 cut to 16 bytes: for platforms without GCM.</summary>
    AesCtrHmac = 2,
}
