using Rpc.Transport.WebSockets;
using Rpc.Transports;

[assembly: RpcTransport(typeof(WebSocketClientTransport))]
