using System.Net.Sockets;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Applies what the options of both sides have in common.</summary>
internal static class SocketSettings
{
    internal static void Apply(Socket socket, bool noDelay, int? sendBufferSize, int? receiveBufferSize)
    {
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = noDelay;
        }

        if (sendBufferSize is { } send)
        {
            socket.SendBufferSize = send;
        }

        if (receiveBufferSize is { } receive)
        {
            socket.ReceiveBufferSize = receive;
        }
    }
}
