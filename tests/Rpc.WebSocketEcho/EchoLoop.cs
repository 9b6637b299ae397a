using System.Net.WebSockets;

namespace Rpc.WebSocketEcho;

/// <summary>Sends back what arrives, piece by piece, as the same kind of message.</summary>
internal static class EchoLoop
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Runs until the peer closes, which is answered by its own status (1000 if it has none), or breaks a rule, which the platform answers.</summary>
    public static async Task RunAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    // 1005 says that there was no status, and must not be sent (RFC 6455 section 7.4.1); the platform would.
                    var status = socket.CloseStatus is null or WebSocketCloseStatus.Empty ? WebSocketCloseStatus.NormalClosure : socket.CloseStatus.Value;
                    await socket.CloseOutputAsync(status, socket.CloseStatusDescription, cancellationToken);
                    return;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, cancellationToken);
            }
        }
        catch (WebSocketException)
        {
            // The peer broke a rule, or left.
        }
    }
}
