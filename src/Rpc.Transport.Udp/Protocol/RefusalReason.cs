namespace Rpc.Transport.Udp.Protocol;

/// <summary>Why a server turns a client away.</summary>
internal enum RefusalReason : byte
{
    /// <summary>It speaks another version.</summary>
    Version = 1,

    /// <summary>It does not offer the client's mode of security, or no common cipher suite.</summary>
    Security = 2,

    /// <summary>The connect token is expired, for another server, or was not issued with a key of this one.</summary>
    Token = 3,

    /// <summary>It has as many connections as it takes.</summary>
    Full = 4,
}
