using System.Threading.Channels;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests;

/// <summary>Connects client and server of a test through memory, with whatever is put around either end.</summary>
internal sealed class PairTransport : IRpcClientTransport, IRpcServerTransport, IRpcListener
{
    private readonly Channel<TransportConnection?> _accepted = Channel.CreateUnbounded<TransportConnection?>();
    private readonly Func<StreamTransportConnection, StreamTransportConnection>? _client;
    private readonly Func<StreamTransportConnection, StreamTransportConnection>? _server;

    public PairTransport(
        Func<StreamTransportConnection, StreamTransportConnection>? client = null, Func<StreamTransportConnection, StreamTransportConnection>? server = null)
    {
        _client = client;
        _server = server;
    }

    public IReadOnlyCollection<string> Schemes => ["pair"];

    public Uri Address { get; } = new("pair://test");

    public async ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var (client, server) = InProcessTransport.CreatePair();
        await _accepted.Writer.WriteAsync(_server?.Invoke(server) ?? server, cancellationToken);
        return _client?.Invoke(client) ?? client;
    }

    public ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken) => new(this);

    public ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) => _accepted.Reader.ReadAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _accepted.Writer.TryWrite(null);
        return default;
    }
}
