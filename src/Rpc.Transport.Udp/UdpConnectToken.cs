using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp;

/// <summary>Lets its holder open one connection: what a <see cref="UdpTokenIssuer"/> gives, and a client hands to <see cref="UdpClientOptions.GetToken"/>.
/// It is a secret; send it over TLS only.</summary>
public sealed class UdpConnectToken
{
    internal UdpConnectToken(byte[] key, byte[] sealedPart)
    {
        Key = key;
        Sealed = sealedPart;
    }

    internal byte[] Key { get; }

    internal byte[] Sealed { get; }

    /// <summary>Reads what <see cref="ToArray"/> gave.</summary>
    /// <param name="token">The bytes.</param>
    /// <returns>The token.</returns>
    /// <exception cref="FormatException">It is none.</exception>
    public static UdpConnectToken Parse(ReadOnlySpan<byte> token)
    {
        if (token.Length is <= TokenSealer.KeySize or > TokenSealer.KeySize + HelloPacket.MaxTokenSize)
        {
            throw new FormatException("This is no connect token.");
        }

        return new UdpConnectToken(token[..TokenSealer.KeySize].ToArray(), token[TokenSealer.KeySize..].ToArray());
    }

    /// <summary>The bytes to send to the client.</summary>
    /// <returns>A new array, at most 600 bytes.</returns>
    public byte[] ToArray() => [.. Key, .. Sealed];
}
