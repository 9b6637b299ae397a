using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A bound UDP socket, whose datagrams all connections of the server share.</summary>
internal sealed class UdpListener : DatagramPump, IRpcListener, IDatagramOutput
{
    /// <summary>Failed receives in a row that an ICMP message or a lack of memory explains.</summary>
    private const int MaxFailures = 10_000;

    private readonly Socket _socket;
    private readonly ILogger _logger;
    private readonly ServerEndpoint _endpoint;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly DatagramAddress _from;
    private int _failures;
    private int _isDisposed;

    internal UdpListener(Socket socket, UdpListenOptions options, ListenContext context)
    {
        _socket = socket;
        _logger = context.LoggerFactory.CreateLogger(typeof(UdpClientTransport).Namespace!);
        var local = DatagramAddress.Normalize((IPEndPoint)socket.LocalEndPoint!);
        var host = local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : local.Address;
        Address = new UriBuilder(UdpClientTransport.Scheme, host.ToString(), local.Port).Uri;
        _endpoint = new ServerEndpoint(options, new Clock(context.TimeProvider), _logger, local, this);
        _from = DatagramAddress.Create(socket.AddressFamily);
        Start();
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
            await Stopped.ConfigureAwait(false);
            _endpoint.Close();
            return;
        }

        // Owned by the last connection: its disposal ends the wait.
        _ = CloseWhenEmptiedAsync();
    }

    void IDatagramOutput.Send(ReadOnlySpan<byte> datagram, DatagramAddress address)
    {
        try
        {
#if NET8_0_OR_GREATER
            _socket.SendTo(datagram, SocketFlags.None, address.Value);
#else
            _socket.SendTo(datagram.ToArray(), SocketFlags.None, address.Value);
#endif
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Lost, as datagrams may be.
        }
    }

    private async Task CloseWhenEmptiedAsync()
    {
        await _endpoint.Emptied.ConfigureAwait(false);
        _socket.Dispose();
        await Stopped.ConfigureAwait(false);
        _endpoint.Close();
    }

    private protected override void OnDatagram(int length)
    {
        _failures = 0;
        _endpoint.Receive(_buffer.AsSpan(0, length), _from);
    }

    private protected override UdpConnection? EndBatch() => _endpoint.EndBatch();

    private protected override bool OnFailure(Exception exception)
    {
        if (Volatile.Read(ref _isDisposed) != 0 && _endpoint.Emptied.IsCompleted)
        {
            return false;
        }

        if (exception is SocketException && ++_failures < MaxFailures)
        {
            // An ICMP message, or a datagram longer than any of ours.
            return true;
        }

        Log.ListenerBroke(_logger, Address, exception);
        _endpoint.Dispose();
        return false;
    }

#if NET8_0_OR_GREATER
    private protected override ValueTask<int> ReceiveAsync() => _socket.ReceiveFromAsync(_buffer, SocketFlags.None, _from.Value);
#else
    private protected override async ValueTask<int> ReceiveAsync()
    {
        var result = await _socket.ReceiveFromAsync(new ArraySegment<byte>(_buffer), SocketFlags.None, _from.Value).ConfigureAwait(false);
        _from.Value = (IPEndPoint)result.RemoteEndPoint;
        return result.ReceivedBytes;
    }
#endif
}
