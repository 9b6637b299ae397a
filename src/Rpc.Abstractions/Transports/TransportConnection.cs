using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transports;

/// <summary>One connection of a transport, before anything of calls is known. Either a <see cref="StreamTransportConnection"/> or a
/// <see cref="MessageTransportConnection"/>.</summary>
/// <remarks>A transport moves bytes or messages and knows nothing of calls. Failures of every operation are reported as
/// <see cref="TransportException"/>, mapped once at the transport's edge.</remarks>
public abstract class TransportConnection : IAsyncDisposable
{
    private protected TransportConnection()
    {
    }

    /// <summary>The scheme of the transport, as in an address: <c>tcp</c>, <c>tcps</c>, <c>unix</c>, <c>ws</c>, <c>wss</c>, <c>udp</c>, <c>inproc</c>.</summary>
    public abstract string Scheme { get; }

    /// <summary>This side's end point, kept after the connection has closed; null where the transport has none.</summary>
    public virtual EndPoint? LocalEndPoint => null;

    /// <summary>The peer's end point, kept after the connection has closed; null where the transport has none.</summary>
    public virtual EndPoint? RemoteEndPoint => null;

    /// <summary>Whether the bytes are encrypted on their way.</summary>
    public virtual bool IsEncrypted => false;

    /// <summary>The certificate that the peer proved to hold, or null.</summary>
    public virtual X509Certificate2? RemoteCertificate => null;

    /// <summary>Cuts the connection at once: pending operations of this side end promptly with a <see cref="TransportException"/> (or as
    /// at the end of the stream), nothing more is delivered. Thread safe, may be called more than once, never throws.</summary>
    public abstract void Abort();

    /// <summary>Cuts the connection if it is still there and frees everything it holds. Called once, after the last operation.</summary>
    /// <returns>A task that ends when everything is freed.</returns>
    public abstract ValueTask DisposeAsync();
}
