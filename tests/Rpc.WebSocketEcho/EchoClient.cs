using System.Net.WebSockets;

namespace Rpc.WebSocketEcho;

/// <summary>Connects to a server and echoes what it sends, until it closes.</summary>
internal static class EchoClient
{
    public static async Task RunAsync(Uri address, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        await socket.ConnectAsync(address, cancellationToken);
        Console.WriteLine($"Connected to {address}");
        await EchoLoop.RunAsync(socket, cancellationToken);
    }
}
