using System.Security.Cryptography;
using System.Text;
using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp;

/// <summary>Issues connect tokens: a backend that knows who its users are hands them out over TLS, and the servers that have the same key take their
/// holders, without asking anyone. Thread safe.</summary>
public sealed class UdpTokenIssuer
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    private readonly uint _keyId;
    private readonly byte[] _key;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates an issuer.</summary>
    /// <param name="keyId">The key's id in <see cref="UdpListenOptions.TokenKeys"/>.</param>
    /// <param name="key">The key, 32 bytes, from a good source of randomness.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public UdpTokenIssuer(uint keyId, ReadOnlySpan<byte> key, TimeProvider? timeProvider = null)
    {
        if (key.Length != KeySize)
        {
            throw new ArgumentException($"A key has {KeySize} bytes.", nameof(key));
        }

        _keyId = keyId;
        _key = key.ToArray();
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Issues a token, good for one connection.</summary>
    /// <param name="clientId">Who it is for, at most 64 bytes of UTF-8.</param>
    /// <param name="lifetime">How long it may be used: as short as the clocks' agreement permits, such as 30 s.</param>
    /// <param name="audience">The server, or kind of servers, that it is for, at most 64 bytes of UTF-8.</param>
    /// <param name="userData">What the server is to know, at most 256 bytes.</param>
    /// <returns>The token.</returns>
    /// <exception cref="ArgumentException">An argument is too long.</exception>
    public UdpConnectToken Issue(string clientId, TimeSpan lifetime, string audience = "", ReadOnlySpan<byte> userData = default)
    {
        Check(clientId, nameof(clientId));
        Check(audience, nameof(audience));
        if (userData.Length > TokenSealer.MaxUserData)
        {
            throw new ArgumentException($"At most {TokenSealer.MaxUserData} bytes.", nameof(userData));
        }

        var secret = new byte[TokenSealer.KeySize];
        RandomNumberGenerator.Fill(secret);
        var expiresAt = (_timeProvider.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        var content = new TokenContent(Guid.NewGuid(), secret, expiresAt, clientId, userData.ToArray());
        return new UdpConnectToken(secret, TokenSealer.Seal(_key, _keyId, content, audience));
    }

    private static void Check(string name, string parameter)
    {
        if (name is null)
        {
            throw new ArgumentNullException(parameter);
        }

        if (Encoding.UTF8.GetByteCount(name) > TokenSealer.MaxName)
        {
            throw new ArgumentException($"At most {TokenSealer.MaxName} bytes of UTF-8.", parameter);
        }
    }
}
