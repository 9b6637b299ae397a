using System.Net.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using Rpc.Transport.WebSockets;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transports;

namespace Rpc.WebSocketEcho;

/// <summary>Echoes on every connection that the framework's own listener upgrades; no sub-protocol is asked for.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly WebSocketAcceptor _acceptor;

    private EchoServer(WebSocketAcceptor acceptor) => _acceptor = acceptor;

    public Uri Address => _acceptor.Address;

    public static async Task<EchoServer> StartAsync(int port) => new(await WebSocketAcceptor.StartAsync(
        ListenUrl.Parse($"http://*:{port}/"),
        new WebSocketListenOptions { RequireSubProtocol = false },
        new ListenContext(TimeProvider.System, NullLoggerFactory.Instance),
        CancellationToken.None));

    /// <summary>Serves until the token is cancelled and every connection has ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var connections = new List<Task>();
        try
        {
            while (await _acceptor.AcceptAsync(cancellationToken) is { } accepted)
            {
                connections.RemoveAll(static connection => connection.IsCompleted);
                connections.Add(Task.Run(() => ServeAsync(accepted, cancellationToken), CancellationToken.None));
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }

        await Task.WhenAll(connections);
    }

    public ValueTask DisposeAsync() => _acceptor.DisposeAsync();

    private static async Task ServeAsync(UpgradedConnection accepted, CancellationToken cancellationToken)
    {
        using var socket = WebSocket.CreateFromStream(
            new PrefixedStream(accepted.Stream, accepted.Following), new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan });
        try
        {
            await EchoLoop.RunAsync(socket, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}
