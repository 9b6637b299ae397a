using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Rpc.Transports;

/// <summary>A name bound within the process.</summary>
internal sealed class InProcessListener : IRpcListener
{
    /// <summary>Connections that may wait to be accepted; further ones are refused.</summary>
    internal const int Backlog = 512;

    private static readonly ConcurrentDictionary<string, InProcessListener> s_listeners = new(StringComparer.OrdinalIgnoreCase);

    private readonly Channel<TransportConnection> _waiting = Channel.CreateBounded<TransportConnection>(Backlog);

    internal InProcessListener(Uri address)
    {
        Address = address;
        if (!s_listeners.TryAdd(address.Host, this))
        {
            throw new TransportException(TransportError.AddressInUse, $"Another listener has the address {address}.");
        }
    }

    public Uri Address { get; }

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        // Only its own entry: the name may belong to a later listener by now.
        ((ICollection<KeyValuePair<string, InProcessListener>>)s_listeners).Remove(new(Address.Host, this));
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal static StreamTransportConnection Connect(string name)
    {
        if (!s_listeners.TryGetValue(name, out var listener))
        {
            throw new TransportException(TransportError.ConnectionRefused, $"Nobody listens at inproc://{name}.");
        }

        var (client, server) = InProcessTransport.CreatePair();
        if (!listener._waiting.Writer.TryWrite(server))
        {
            throw new TransportException(
                TransportError.ConnectionRefused, $"The listener at inproc://{name} is closing, or {Backlog} connections wait to be accepted.");
        }

        return client;
    }
}
