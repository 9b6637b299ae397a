using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transport.WebSockets.Http;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>The client's side of opening handshakes: socket, TLS, request, answer (RFC 6455 section 4.1).</summary>
internal static class ClientHandshake
{
    private const int SwitchingProtocols = 101;

    /// <summary>Connects.</summary>
    /// <exception cref="TransportException">It failed; the message says where to.</exception>
    /// <exception cref="ArgumentException">A header of the settings cannot be sent.</exception>
    public static async ValueTask<UpgradedConnection> ConnectAsync(Uri address, WebSocketClientOptions options, CancellationToken cancellationToken)
    {
        var offer = new UpgradeOffer(address, CreateKey());
        var site = new UriBuilder(address) { Scheme = address.Scheme == "wss" ? "https" : "http" }.Uri;
        var request = offer.CreateRequest(options.Headers, options.Cookies?.GetCookieHeader(site) ?? "");
        ConnectedSocket? socket = null;
        try
        {
            UpgradedConnection upgraded;
            socket = await ConnectAsync(address, options.UsePollThreads, cancellationToken).ConfigureAwait(false);

            // Disposal is what ends an operation on every platform that netstandard2.1 runs on.
            using (cancellationToken.Register(static socket => ((ConnectedSocket)socket!).Dispose(), socket))
            {
                upgraded = await RunAsync(socket, address, options, offer, request, site, cancellationToken).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return upgraded;
        }
        catch (Exception exception)
        {
            socket?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var action = $"{address.Scheme}://{address.Authority} could not be connected to";
            throw exception is TransportException known
                ? new TransportException(known.Error, $"{action}: {known.Message}", known)
                : TransportFailure.From(exception, action);
        }
    }

    // The addresses of the host in turn, until one answers.
    private static async ValueTask<ConnectedSocket> ConnectAsync(Uri address, bool usePollThreads, CancellationToken cancellationToken)
    {
        var host = GetHost(address);
#if NET8_0_OR_GREATER
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
#else
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host).ConfigureAwait(false);
#endif
        for (var i = 0; ; i++)
        {
            if (i == addresses.Length)
            {
                throw new SocketException((int)SocketError.HostNotFound);
            }

            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                return await ConnectedSocket.ConnectAsync(
                    socket, new IPEndPoint(addresses[i], address.Port), usePollThreads, spinCount: 0, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static string GetHost(Uri address) => address.HostNameType == UriHostNameType.IPv6 ? address.DnsSafeHost : address.IdnHost;

    private static string CreateKey()
    {
        Span<byte> nonce = stackalloc byte[16];
        RandomNumberGenerator.Fill(nonce);
        return Convert.ToBase64String(nonce);
    }

    private static async ValueTask<UpgradedConnection> RunAsync(
        ConnectedSocket socket, Uri address, WebSocketClientOptions options, UpgradeOffer offer, byte[] request, Uri site, CancellationToken cancellationToken)
    {
        var peer = EndPoints.Of(socket.Socket, isEncrypted: address.Scheme == "wss");
        var stream = socket.OpenStream();
        if (peer.IsEncrypted)
        {
            var tls = new SslStream(stream, leaveInnerStreamOpen: false);
            stream = tls;
            await tls.AuthenticateAsClientAsync(CreateTlsOptions(GetHost(address), options), cancellationToken).ConfigureAwait(false);
            peer = peer with { RemoteCertificate = ServerTls.RemoteCertificate(tls) };
        }

        await stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        var (answer, following) = await ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        Keep(answer, options.Cookies, site);
        if (answer.Status != SwitchingProtocols)
        {
            throw new TransportException(
                answer.Status >= 400 ? TransportError.ConnectionRefused : TransportError.ProtocolViolation,
                $"the server answered the upgrade request with HTTP status {answer.Status}.");
        }

        return offer.Check(answer) is { } wrong
            ? throw new TransportException(TransportError.ProtocolViolation, $"the server's answer is not an upgrade to WebSocket. {wrong}")
            : new UpgradedConnection(socket, stream, following, WebSocketSubProtocol.V1, peer);
    }

    private static SslClientAuthenticationOptions CreateTlsOptions(string host, WebSocketClientOptions options) => new()
    {
        TargetHost = host,
        ClientCertificates = options.ClientCertificates.Count == 0 ? null : options.ClientCertificates,
        RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback,
    };

    private static async ValueTask<(ResponseHead Head, byte[] Following)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var parser = new ResponseHeadParser();
        var buffer = ArrayPool<byte>.Shared.Rent(ResponseHeadParser.MaxSize);
        try
        {
            for (var length = 0; ;)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new TransportException(TransportError.ConnectionReset, "the server closed the connection before it answered.");
                }

                length += read;
                if (parser.Parse(buffer.AsSpan(0, length)))
                {
                    return parser.Error is null
                        ? (parser.Head!, buffer.AsSpan(parser.Length, length - parser.Length).ToArray())
                        : throw new TransportException(TransportError.ProtocolViolation, parser.Error);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Keep(ResponseHead answer, CookieContainer? cookies, Uri site)
    {
        foreach (var cookie in cookies is null ? [] : answer.All("Set-Cookie"))
        {
            try
            {
                cookies!.SetCookies(site, cookie);
            }
            catch (CookieException)
            {
                // As browsers do with one that is malformed.
            }
        }
    }
}
