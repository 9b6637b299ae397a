namespace Rpc.Transport.WebSockets;

/// <summary>The sub-protocol (RFC 6455 section 1.9) under which the framework's byte stream travels.</summary>
public static class WebSocketSubProtocol
{
    /// <summary>The name that a client offers and a listener chooses, compared with regard to case.</summary>
    public const string V1 = "rpc.v1";
}
