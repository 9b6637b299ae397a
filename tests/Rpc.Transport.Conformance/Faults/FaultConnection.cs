using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transports;

namespace Rpc.Transport.Conformance.Faults;

/// <summary>A connection that behaves as another one does, except for a fault. The fault belongs to this side: wrap either side, or both.</summary>
public abstract class FaultConnection(StreamTransportConnection inner) : StreamTransportConnection
{
    public override string Scheme => Inner.Scheme;

    public override EndPoint? LocalEndPoint => Inner.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => Inner.RemoteEndPoint;

    public override bool IsEncrypted => Inner.IsEncrypted;

    public override X509Certificate2? RemoteCertificate => Inner.RemoteCertificate;

    public override PipeReader Input => Inner.Input;

    public override PipeWriter Output => Inner.Output;

    /// <summary>The connection without the fault.</summary>
    protected StreamTransportConnection Inner { get; } = inner;

    public override void Abort() => Inner.Abort();

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Inner.DisposeAsync();
    }

    /// <summary>The error of an operation that the fault ends.</summary>
    protected static TransportException Reset() => new(TransportError.ConnectionReset, "An injected fault cut the connection.");
}
