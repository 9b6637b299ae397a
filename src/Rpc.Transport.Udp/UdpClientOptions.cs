using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp;

/// <summary>How a client connects over UDP. One way of security must be chosen: <see cref="GetToken"/>, <see cref="ServerKey"/>, or
/// <see cref="UdpOptions.AllowInsecure"/>. Not to be changed once in use.</summary>
public sealed class UdpClientOptions : UdpOptions
{
    /// <summary>Fetches a connect token for a connection: a call to a backend over TLS, usually. Called for each connection, as a token is good
    /// for one. May be called by several threads at once.</summary>
    public Func<CancellationToken, ValueTask<UdpConnectToken>>? GetToken { get; set; }

    /// <summary>The server's public key, as <see cref="UdpServerKey.Export"/> gives it at the server: 64 bytes. The server proves that it has the
    /// private one; who the client is, the application finds out.</summary>
    public byte[]? ServerKey { get; set; }

    /// <summary>Whether a connection by token also runs a key exchange, so that who learns the token's key afterwards cannot read what was sent. It costs
    /// each side about 0.2 ms. False by default.</summary>
    public bool ForwardSecrecy { get; set; }

    internal override void Validate()
    {
        base.Validate();
        OptionRange.Check(nameof(ServerKey), ServerKey is null or { Length: HelloPacket.KeyShareSize });
        OptionRange.Check(nameof(GetToken), GetToken is null || ServerKey is null);
    }
}
