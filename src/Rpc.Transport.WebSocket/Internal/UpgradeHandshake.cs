using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using Rpc.Transports.WebSockets.Http;

namespace Rpc.Transports.WebSockets.Internal;

/// <summary>The server's side of one opening handshake: TLS, request, answer (RFC 6455 section 4.2).</summary>
internal sealed class UpgradeHandshake(ListenUrl url, WebSocketListenOptions options, SslServerAuthenticationOptions? tls, TimeProvider timeProvider)
{
    /// <summary>How long a refused client may take to read its answer and go, and how much it may send meanwhile.</summary>
    private static readonly TimeSpan s_lingerTime = TimeSpan.FromSeconds(2);
    private const int LingerBytes = 64 * 1024;

    /// <summary>Runs the handshake; the socket is closed unless the connection was upgraded.</summary>
    /// <returns>The connection, or the reason for which it was refused; both null when the peer left.</returns>
    public async Task<(AcceptedWebSocket? Accepted, UpgradeRefusal? Refusal)> RunAsync(Socket socket)
    {
        using var deadline = new Deadline(timeProvider, options.HandshakeTimeout);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        var upgraded = false;
        try
        {
            socket.NoDelay = true;
            var peer = new WebSocketPeerInformation { IsEncrypted = tls is not null, LocalEndPoint = socket.LocalEndPoint, RemoteEndPoint = socket.RemoteEndPoint };
            if (tls is not null)
            {
                var ssl = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = ssl;
                await ssl.AuthenticateAsServerAsync(tls, deadline.Token).ConfigureAwait(false);
                peer = peer with { RemoteCertificate = ServerTls.RemoteCertificate(ssl) };
            }

            var (head, following, refusal) = await ReadAsync(stream, deadline).ConfigureAwait(false);
            UpgradeRequest? request = null;
            refusal ??= head is null ? null : UpgradeRequest.Check(head, url.Path, options, out request);
            if (request is null)
            {
                if (refusal is not null)
                {
                    deadline.Dispose();
                    await RefuseAsync(socket, stream, refusal, head?.Method != "HEAD").ConfigureAwait(false);
                }

                return (null, refusal);
            }

            await stream.WriteAsync(UpgradeResponse.Accept(request), deadline.Token).ConfigureAwait(false);
            var webSocket = CreateWebSocket(following.Length == 0 ? stream : new PrefixedStream(stream, following), request.SubProtocol);
            upgraded = true;
            return (new AcceptedWebSocket(webSocket, peer), null);
        }
        finally
        {
            if (!upgraded)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<(RequestHead? Head, byte[] Following, UpgradeRefusal? Refusal)> ReadAsync(Stream stream, Deadline deadline)
    {
        try
        {
            var read = await RequestHeadReader.ReadAsync(stream, options, deadline.Token).ConfigureAwait(false);
            return (read.Head, read.Following, read.Refusal);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            return (null, [], UpgradeRefusal.TimedOut);
        }
    }

    private async ValueTask RefuseAsync(Socket socket, Stream stream, UpgradeRefusal refusal, bool withBody)
    {
        using var linger = new Deadline(timeProvider, s_lingerTime);
        await stream.WriteAsync(UpgradeResponse.Refuse(refusal, timeProvider.GetUtcNow(), withBody), linger.Token).ConfigureAwait(false);
        if (stream is SslStream ssl)
        {
            await ssl.ShutdownAsync().ConfigureAwait(false);
        }

        // A socket that is closed with bytes unread resets the connection, and the answer may be lost with it.
        socket.Shutdown(SocketShutdown.Send);
        var scratch = new byte[1024];
        for (var total = 0; total < LingerBytes;)
        {
            var read = await socket.ReceiveAsync(scratch.AsMemory(), SocketFlags.None, linger.Token).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            total += read;
        }
    }

    private static WebSocket CreateWebSocket(Stream stream, string? subProtocol) =>
#if NET
        WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = subProtocol, KeepAliveInterval = Timeout.InfiniteTimeSpan });
#else
        WebSocket.CreateFromStream(stream, isServer: true, subProtocol, Timeout.InfiniteTimeSpan);
#endif
}
