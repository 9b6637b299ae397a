using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A bound UDP socket, whose datagrams all connections of the server share.</summary>
internal sealed class UdpListener : IRpcListener, IDatagramOutput, IDatagramHandler
{
    /// <summary>Failures in a row after which nothing will come any more.</summary>
    private const int MaxFailures = 10_000;

    private readonly IDatagramSocket _socket;
    private readonly ILogger _logger;
    private readonly ServerEndpoint _endpoint;
    private int _failures;
    private int _isDisposed;

    internal UdpListener(IDatagramSocket socket, UdpListenOptions options, ListenContext context)
    {
        _socket = socket;
        _logger = context.LoggerFactory.CreateLogger(typeof(UdpClientTransport).Namespace!);
        var local = DatagramAddress.Normalize(socket.LocalEndPoint);
        var host = local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : local.Address;
        Address = new UriBuilder(UdpClientTransport.Scheme, host.ToString(), local.Port).Uri;
        _endpoint = new ServerEndpoint(options, new Clock(context.TimeProvider), _logger, local, this);
        socket.Start(this);
    }

    public Uri Address { get; }

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _endpoint.Accepted.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_endpoint.Accepted.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>Takes no new connections. Those that were accepted keep the socket until the last of them is disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _endpoint.Dispose();
        if (_endpoint.Emptied.IsCompleted)
        {
            _socket.Dispose();
            await _socket.Stopped.ConfigureAwait(false);
            _endpoint.Close();
            return;
        }

        // Owned by the last connection: its disposal ends the wait.
        _ = CloseWhenEmptiedAsync();
    }

    int IDatagramHandler.TurnCount => _endpoint.TurnCount;

    void IDatagramOutput.Send(ReadOnlySpan<byte> datagrams, int size, DatagramAddress address) => _socket.Send(datagrams, size, address);

    void IDatagramHandler.OnDatagram(Span<byte> datagram, DatagramAddress from)
    {
        _failures = 0;
        _endpoint.Receive(datagram, from);
    }

    bool IDatagramHandler.TryTakeTurn([NotNullWhen(true)] out UdpConnection? connection) => _endpoint.TryTakeTurn(out connection);

    bool IDatagramHandler.OnFailure(Exception exception)
    {
        if (Volatile.Read(ref _isDisposed) != 0 && _endpoint.Emptied.IsCompleted)
        {
            return false;
        }

        if (exception is not ObjectDisposedException && ++_failures < MaxFailures)
        {
            // An ICMP message, a lack of memory, a datagram longer than any of ours. Or a defect of ours, which one datagram must not make the end of all connections.
            if (exception is not SocketException)
            {
                Log.DatagramFailed(_logger, Address, exception);
            }

            return true;
        }

        Log.ListenerBroke(_logger, Address, exception);
        _endpoint.Dispose();
        return false;
    }

    private async Task CloseWhenEmptiedAsync()
    {
        await _endpoint.Emptied.ConfigureAwait(false);
        _socket.Dispose();
        await _socket.Stopped.ConfigureAwait(false);
        _endpoint.Close();
    }
}
