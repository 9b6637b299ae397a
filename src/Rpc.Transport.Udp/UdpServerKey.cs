using System.Security.Cryptography;
using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp;

/// <summary>Makes the key that clients pin.</summary>
public static class UdpServerKey
{
    /// <summary>Makes a key, to be kept by <see cref="ECDsa"/>'s own export and import.</summary>
    /// <returns>A private key on the curve P-256.</returns>
    public static ECDsa Create() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public key for <see cref="UdpClientOptions.ServerKey"/>.</summary>
    /// <param name="key">A key on the curve P-256.</param>
    /// <returns>64 bytes: X and Y, big-endian.</returns>
    public static byte[] Export(ECDsa key)
    {
        if (key is null)
        {
            throw new ArgumentNullException(nameof(key));
        }

        return KeyExchange.Export(key.ExportParameters(includePrivateParameters: false));
    }
}
