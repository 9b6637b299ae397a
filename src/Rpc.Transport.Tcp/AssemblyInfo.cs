using Rpc.Transport.Tcp;
using Rpc.Transports;

[assembly: RpcTransport(typeof(TcpClientTransport))]
