using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A bound socket, and the loop that survives what accepting one connection may fail with.</summary>
internal sealed class SocketAcceptor : IDisposable
{
    /// <summary>How long to wait when the process has no file descriptor left: until some connection has closed.</summary>
    private static readonly TimeSpan s_exhaustedDelay = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly TcpListenOptions _options;
    private readonly TimeProvider _timeProvider;
    private Task<Socket>? _accept;
    private volatile bool _isDisposed;

    internal SocketAcceptor(Socket socket, TcpListenOptions options, ListenContext context)
    {
        _socket = socket;
        _options = options;
        _timeProvider = context.TimeProvider;
        Logger = context.LoggerFactory.CreateLogger("Rpc.Transport.Tcp");
        Address = GetAddress(socket.LocalEndPoint!, options.UsesTls);
    }

    /// <summary>The address that a client of this machine can connect to.</summary>
    internal Uri Address { get; }

    internal ILogger Logger { get; }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
#if !NET8_0_OR_GREATER
        // Later runtimes remove the file with the socket. Before the close: afterwards it may be another listener's.
        if (_socket.LocalEndPoint is UnixDomainSocketEndPoint endPoint)
        {
            File.Delete(endPoint.ToString());
        }
#endif
        _socket.Dispose();
    }

    /// <summary>Waits for the next connection, by one caller at a time. A cancelled wait loses no connection.</summary>
    /// <returns>The socket, set up; null when the acceptor was disposed.</returns>
    /// <exception cref="TransportException">The listening socket broke.</exception>
    internal async ValueTask<Socket?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var socket = await AcceptOneAsync(cancellationToken).ConfigureAwait(false);
                if (TrySetUp(socket))
                {
                    return socket;
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                if (_isDisposed)
                {
                    return null;
                }

                await RecoverAsync(exception, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Uri GetAddress(EndPoint endPoint, bool tls)
    {
        if (endPoint is not IPEndPoint ip)
        {
            return UnixSocketFile.GetAddress(endPoint.ToString()!);
        }

        var address = ip.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : ip.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : ip.Address;
        return new Uri($"{(tls ? Scheme.Tls : Scheme.Tcp)}://{new IPEndPoint(address, ip.Port)}");
    }

    // The accept outlives a cancelled wait, and its connection goes to the next one.
    private async Task<Socket> AcceptOneAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
#pragma warning disable CA2016 // The token ends the wait only.
        var accept = _accept ??= _socket.AcceptAsync();
#pragma warning restore CA2016
        try
        {
            return await accept.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (accept.IsCompleted)
            {
                _accept = null;
            }

            if (!accept.IsCompletedSuccessfully)
            {
                // It may fail unseen: when the disposal of the socket ends it and nobody waits again, or just as a wait was cancelled.
                _ = accept.ContinueWith(
                    static ended => _ = ended.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }
        }
    }

    private bool TrySetUp(Socket socket)
    {
        try
        {
            SocketSettings.Apply(socket, _options.NoDelay, sendBufferSize: null, receiveBufferSize: null);
            return true;
        }
        catch (SocketException exception)
        {
            // Some systems refuse options of a socket whose peer is gone already.
            Log.AcceptFailed(Logger, exception);
            socket.Dispose();
            return false;
        }
    }

    private async ValueTask RecoverAsync(Exception exception, CancellationToken cancellationToken)
    {
        switch ((exception as SocketException)?.SocketErrorCode)
        {
            case SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.TimedOut or SocketError.HostUnreachable
                or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown
                or SocketError.ProtocolNotSupported:
                // The peer was gone before it was accepted: accept(2) reports the pending error of the new connection.
                Log.AcceptFailed(Logger, exception);
                break;

            case SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable:
                Log.AcceptExhausted(Logger, exception);
                await Delay.WaitAsync(_timeProvider, s_exhaustedDelay, cancellationToken).ConfigureAwait(false);
                break;

            default:
                throw SocketErrors.Map(exception);
        }
    }
}
