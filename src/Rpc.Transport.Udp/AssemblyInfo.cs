using Rpc.Transport.Udp;
using Rpc.Transports;

[assembly: RpcTransport(typeof(UdpClientTransport))]
