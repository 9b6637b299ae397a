using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A bound UDP socket, whose datagrams all connections of the server share.</summary>
internal sealed class UdpListener : IRpcListener, IDatagramOutput
{
    /// <summary>Datagrams after which the connections may answer though more are waiting.</summary>
    private const int BatchSize = 64;

    /// <summary>Failed receives in a row that an ICMP message or a lack of memory explains.</summary>
    private const int MaxFailures = 10_000;

    private readonly Socket _socket;
    private readonly ILogger _logger;
    private readonly ServerEndpoint _endpoint;
    private readonly Task _pump;
    private int _isDisposed;

    internal UdpListener(Socket socket, UdpListenOptions options, ListenContext context)
    {
        _socket = socket;
        _logger = context.LoggerFactory.CreateLogger(typeof(UdpClientTransport).Namespace!);
        var local = DatagramAddress.Normalize((IPEndPoint)socket.LocalEndPoint!);
        var host = local.Address.Equals(IPAddress.Any) || local.Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : local.Address;
        Address = new UriBuilder(UdpClientTransport.Scheme, host.ToString(), local.Port).Uri;
        _endpoint = new ServerEndpoint(options, new Clock(context.TimeProvider), _logger, local, this);
        _pump = Task.Run(PumpAsync);
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
            await _pump.ConfigureAwait(false);
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
        await _pump.ConfigureAwait(false);
        _endpoint.Close();
    }

    private async Task PumpAsync()
    {
        var buffer = new byte[64 * 1024];
        var from = DatagramAddress.Create(_socket.AddressFamily);
        var failures = 0;
        var batch = 0;
        while (true)
        {
            try
            {
                var receive = ReceiveAsync(buffer, from);
                if (!receive.IsCompleted || ++batch >= BatchSize)
                {
                    _endpoint.EndBatch();
                    batch = 0;
                }

                var length = await receive.ConfigureAwait(false);
                failures = 0;
                _endpoint.Receive(buffer.AsSpan(0, length), from);
            }
            catch (Exception) when (Volatile.Read(ref _isDisposed) != 0 && _endpoint.Emptied.IsCompleted)
            {
                return;
            }
            catch (SocketException) when (++failures < MaxFailures)
            {
                // An ICMP message, or a datagram longer than any of ours.
            }
            catch (Exception exception)
            {
                Log.ListenerBroke(_logger, Address, exception);
                _endpoint.Dispose();
                return;
            }
        }
    }

#if NET8_0_OR_GREATER
    private ValueTask<int> ReceiveAsync(byte[] buffer, DatagramAddress from) => _socket.ReceiveFromAsync(buffer, SocketFlags.None, from.Value);
#else
    private async ValueTask<int> ReceiveAsync(byte[] buffer, DatagramAddress from)
    {
        var result = await _socket.ReceiveFromAsync(new ArraySegment<byte>(buffer), SocketFlags.None, from.Value).ConfigureAwait(false);
        from.Value = (IPEndPoint)result.RemoteEndPoint;
        return result.ReceivedBytes;
    }
#endif
}
