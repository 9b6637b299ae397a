using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A connection over a socket, with or without TLS.</summary>
internal sealed class SocketConnection : StreamTransportConnection
{
    private readonly ByteChannel _channel;
    private readonly ChannelPipeReader _input;
    private readonly ChannelPipeWriter _output;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="connected">The socket.</param>
    /// <param name="tls">TLS over it, after the handshake; null for none.</param>
    /// <param name="spinCount">How often to look for bytes before waiting for them.</param>
    /// <exception cref="SocketException">The socket is no longer connected.</exception>
    internal SocketConnection(string scheme, ConnectedSocket connected, SslStream? tls, int spinCount)
    {
        var socket = connected.Socket;
        Scheme = scheme;
        LocalEndPoint = EndPoints.Normalize(socket.LocalEndPoint);
        RemoteEndPoint = EndPoints.Normalize(socket.RemoteEndPoint);
        IsEncrypted = tls is not null;
        RemoteCertificate = tls?.RemoteCertificate is { } certificate ? certificate as X509Certificate2 ?? new X509Certificate2(certificate) : null;
        _channel = tls is null ? OpenChannel(connected) : new TlsChannel(tls, new SocketCloser(socket));
        _input = new ChannelPipeReader(_channel, spinCount);
        _output = new ChannelPipeWriter(_channel);
    }

    public override string Scheme { get; }

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override bool IsEncrypted { get; }

    public override X509Certificate2? RemoteCertificate { get; }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override void Abort() => _channel.Abort();

    private static ByteChannel OpenChannel(ConnectedSocket connected)
    {
#if NET8_0_OR_GREATER
        if (connected.Polled is { } polled)
        {
            return new PolledChannel(polled);
        }
#endif
        return new SocketChannel(connected.Socket);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_output.End is { } end)
        {
            if (!end.IsCompleted)
            {
                // The peer does not read.
                _channel.Abort();
            }

            try
            {
                await end.ConfigureAwait(false);
            }
            catch (TransportException)
            {
                // The completion has reported what could not be delivered, or this disposal gave it up.
            }
        }
        else
        {
            _channel.Abort();
            _output.Discard();
        }

        _input.Complete();
        _channel.Close();
    }
}
