using System.Collections.Concurrent;
using System.Threading.Channels;
using Rpc.Transports;

namespace Rpc.Transport.Conformance.Messages;

/// <summary>A message transport within the process, without sockets or timers, whose losses and orders are seeded: for tests of what stands
/// above the seam of messages.</summary>
public sealed class MessagePairTransport(MessagePairOptions options) : IRpcClientTransport
{
    /// <summary>The scheme of its addresses.</summary>
    public const string Scheme = "test-messages";

    private static readonly ConcurrentDictionary<string, Listener> s_listeners = new();

    public IReadOnlyCollection<string> Schemes { get; } = [Scheme];

    /// <summary>Makes two connected connections.</summary>
    public static (MessageTransportConnection Client, MessageTransportConnection Server) CreatePair(MessagePairOptions? options = null)
    {
        options ??= new MessagePairOptions();
        var toServer = new MessageQueue(options, options.Seed);
        var toClient = new MessageQueue(options, options.Seed + 1);
        return (new MessagePairConnection(options, toClient, toServer), new MessagePairConnection(options, toServer, toClient));
    }

    /// <summary>Makes the server's side.</summary>
    /// <param name="name">The name to listen at.</param>
    public static IRpcServerTransport CreateServerTransport(string name) => new Server(name);

    public ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (client, server) = CreatePair(options);
        return s_listeners.TryGetValue(address.Host, out var listener) && listener.Waiting.Writer.TryWrite(server)
            ? new ValueTask<TransportConnection>(client)
            : throw new TransportException(TransportError.ConnectionRefused, $"Nobody listens at {address}.");
    }

    private sealed class Server(string name) : IRpcServerTransport
    {
        public ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken)
        {
            var listener = new Listener(name);
            return s_listeners.TryAdd(name, listener)
                ? new ValueTask<IRpcListener>(listener)
                : throw new TransportException(TransportError.AddressInUse, $"Another listener has the name {name}.");
        }
    }

    private sealed class Listener(string name) : IRpcListener
    {
        public Uri Address { get; } = new($"{Scheme}://{name}");

        internal Channel<TransportConnection> Waiting { get; } = Channel.CreateUnbounded<TransportConnection>();

        public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await Waiting.Reader.WaitToReadAsync(cancellationToken) && Waiting.Reader.TryRead(out var connection) ? connection : null;

        public ValueTask DisposeAsync()
        {
            s_listeners.TryRemove(KeyValuePair.Create(name, this));
            Waiting.Writer.TryComplete();
            return default;
        }
    }
}
