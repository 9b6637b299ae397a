using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>How a server proves who it is, and whom it takes.</summary>
/// <param name="AllowInsecure">Whether clients without any secret are taken.</param>
/// <param name="SigningKey">The key that clients have pinned; null for none.</param>
/// <param name="TokenKeys">The keys that connect tokens are sealed with, by their ids.</param>
/// <param name="Audience">What tokens must be for; null for anything.</param>
/// <param name="Suites">What the platform can seal with.</param>
internal sealed record ServerSecurity(
    bool AllowInsecure, ECDsa? SigningKey, IReadOnlyDictionary<uint, byte[]> TokenKeys, string? Audience, CipherSuite Suites);
