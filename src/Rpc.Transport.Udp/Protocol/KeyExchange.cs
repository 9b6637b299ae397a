using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>One side's ephemeral key of an ECDH exchange over P-256.</summary>
internal sealed class KeyExchange : IDisposable
{
    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public key: X and Y, 32 bytes each, big-endian.</summary>
    internal byte[] Share() => Export(_key.ExportParameters(includePrivateParameters: false));

    /// <summary>SHA-256 of the shared secret; null when the peer's share is no point of the curve.</summary>
    internal byte[]? Derive(ReadOnlySpan<byte> share)
    {
        try
        {
            using var peer = ECDiffieHellman.Create(Import(share));
            using var publicKey = peer.PublicKey;
            return _key.DeriveKeyFromHash(publicKey, HashAlgorithmName.SHA256);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    public void Dispose() => _key.Dispose();

    internal static byte[] Export(ECParameters parameters)
    {
        var share = new byte[HelloPacket.KeyShareSize];
        var (x, y) = (parameters.Q.X!, parameters.Q.Y!);
        x.CopyTo(share.AsSpan(32 - x.Length));
        y.CopyTo(share.AsSpan(64 - y.Length));
        return share;
    }

    internal static ECParameters Import(ReadOnlySpan<byte> share) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = share[..32].ToArray(), Y = share[32..].ToArray() },
    };
}
