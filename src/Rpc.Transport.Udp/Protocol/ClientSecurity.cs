namespace Rpc.Transport.Udp.Protocol;

/// <summary>How a client knows its server, and is known.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Token">The sealed connect token.</param>
/// <param name="PresharedKey">Its key.</param>
/// <param name="ServerKey">The server's public key: X and Y.</param>
/// <param name="UseKeyExchange">Whether the keys also come from a key exchange, so that who steals the token's key later cannot read back.</param>
/// <param name="Suites">What the platform can seal with.</param>
internal sealed record ClientSecurity(SecurityMode Mode, byte[]? Token, byte[]? PresharedKey, byte[]? ServerKey, bool UseKeyExchange, CipherSuite Suites);
