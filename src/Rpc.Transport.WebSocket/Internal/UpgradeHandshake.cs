using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rpc.Transport.WebSockets.Http;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>The server's side of opening handshakes: TLS, request, answer (RFC 6455 section 4.2).</summary>
internal sealed class UpgradeHandshake(
    ListenUrl url, WebSocketListenOptions options, ServerTls? tls, TimeProvider timeProvider, AcceptQueue queue, ILogger logger)
{
    /// <summary>How long a refused client may take to read its answer and go, and how much it may send meanwhile.</summary>
    private static readonly TimeSpan s_lingerTime = TimeSpan.FromSeconds(2);
    private const int LingerBytes = 64 * 1024;

    /// <summary>Runs a handshake; at its end the connection is in the queue, or closed.</summary>
    /// <returns>The reason for which it was refused; null when it was upgraded, or when the peer left.</returns>
    public async Task<UpgradeRefusal?> RunAsync(PendingHandshake handshake)
    {
        var (connected, deadline) = (handshake.Socket, handshake.Deadline);
        var socket = connected.Socket;
        var stream = connected.OpenStream();
        var (isReserved, isUpgraded) = (false, false);
        try
        {
            socket.NoDelay = true;
            var peer = EndPoints.Of(socket, isEncrypted: tls is not null);
            if (tls is not null)
            {
                var ssl = new SslStream(stream, leaveInnerStreamOpen: false);
                stream = ssl;
                await ssl.AuthenticateAsServerAsync(tls.Options, deadline.Token).ConfigureAwait(false);
                peer = peer with { RemoteCertificate = ServerTls.RemoteCertificate(ssl) };
            }

            var read = await ReadAsync(stream, deadline).ConfigureAwait(false);
            UpgradeRequest? request = null;
            var refusal = read.Refusal ?? (read.Head is null ? null : UpgradeRequest.Check(read.Head, url.Path, options, out request));
            if (request is not null)
            {
                // Before the answer: a client is not told that it is connected while the server takes no connections.
                isReserved = queue.TryReserve() || await ReserveAsync(deadline, peer.RemoteEndPoint).ConfigureAwait(false);
                refusal = isReserved ? null : UpgradeRefusal.Busy;
            }

            if (refusal is not null)
            {
                deadline.Dispose();
                await RefuseAsync(socket, stream, refusal, read.Head?.Method != "HEAD").ConfigureAwait(false);
            }
            else if (request is not null)
            {
                var answer = UpgradeResponse.Accept(request);
                if (tls is null)
                {
                    // The first bytes of a socket never wait. An asynchronous send would leave half a kilobyte behind for as long as the connection lives.
                    socket.Send(answer);
                }
                else
                {
                    await stream.WriteAsync(answer, deadline.Token).ConfigureAwait(false);
                }

                queue.Add(new UpgradedConnection(connected, stream, read.Following, request.SubProtocol, peer));
                isUpgraded = true;
            }

            return refusal;
        }
        finally
        {
            if (!isUpgraded)
            {
                if (isReserved)
                {
                    queue.GiveUp();
                }

                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<RequestHeadReader.Result> ReadAsync(Stream stream, Deadline deadline)
    {
        try
        {
            return await RequestHeadReader.ReadAsync(stream, options, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            return new RequestHeadReader.Result(null, UpgradeRefusal.TimedOut, []);
        }
    }

    private async ValueTask<bool> ReserveAsync(Deadline deadline, EndPoint? remote)
    {
        WebSocketLog.WaitsForRoom(logger, remote);
        try
        {
            await queue.ReserveAsync(deadline.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            return false;
        }
    }

    private async ValueTask RefuseAsync(Socket socket, Stream stream, UpgradeRefusal refusal, bool withBody)
    {
        using var linger = new Deadline(timeProvider, s_lingerTime);
        using var cut = linger.Token.Register(static socket => ((Socket)socket!).Dispose(), socket);
        await stream.WriteAsync(UpgradeResponse.Refuse(refusal, timeProvider.GetUtcNow(), withBody), CancellationToken.None).ConfigureAwait(false);
        if (stream is SslStream ssl)
        {
            await ssl.ShutdownAsync().ConfigureAwait(false);
        }

        // A socket that is closed with bytes unread resets the connection, and the answer may be lost with it.
        socket.Shutdown(SocketShutdown.Send);
        var scratch = new byte[1024];
        for (var total = 0; total < LingerBytes;)
        {
            var read = await socket.ReceiveAsync(scratch.AsMemory(), SocketFlags.None, CancellationToken.None).ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            total += read;
        }
    }
}
