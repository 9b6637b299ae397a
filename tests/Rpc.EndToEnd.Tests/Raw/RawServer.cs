using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Rpc.Client;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Raw;

/// <summary>A server that is not this library, for clients that are.</summary>
internal sealed class RawServer : IRpcClientTransport
{
    private readonly Channel<RawPeer> _accepted = Channel.CreateUnbounded<RawPeer>();

    public IReadOnlyCollection<string> Schemes => ["raw"];

    public ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var (client, server) = InProcessTransport.CreatePair();
        _accepted.Writer.TryWrite(new RawPeer(server));
        return new(client);
    }

    /// <summary>Begins to connect a client; the server has said nothing yet.</summary>
    public Task<RpcClient> ConnectAsync(Action<RpcClientOptions>? configure = null) =>
        RpcClient.ConnectAsync("raw://server", options =>
        {
            options.AddTransport(this);
            options.LoggerFactory = NullLoggerFactory.Instance;
            configure?.Invoke(options);
        }).AsTask();

    /// <summary>The server's end of the next connection.</summary>
    public async Task<RawPeer> AcceptAsync() => await _accepted.Reader.ReadAsync().AsTask().WaitAsync(World.Patience);

    /// <summary>Connects a client and shakes hands.</summary>
    public static async Task<(RpcClient Client, RawPeer Peer)> OpenAsync(Action<RpcClientOptions>? configure = null, byte[]? limits = null)
    {
        var server = new RawServer();
        var connecting = server.ConnectAsync(configure);
        var peer = await server.AcceptAsync();
        Assert.Equal(RawFrame.Preface, await peer.ReadBytesAsync(8));
        Assert.Equal(RawFrame.Hello, (await peer.ReadAsync())!.Type);
        await peer.SendAsync(RawFrame.Preface, RawFrame.Of(RawFrame.Welcome, limits ?? RawFrame.Limits(), RawFrame.Field(6, RawFrame.Int(1))));
        return (await connecting.WaitAsync(World.Patience), peer);
    }
}
