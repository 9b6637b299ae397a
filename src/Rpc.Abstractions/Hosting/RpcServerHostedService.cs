using Microsoft.Extensions.Hosting;
using Rpc.Server;

namespace Rpc.Hosting;

/// <summary>Starts and stops a server with the host.</summary>
internal sealed class RpcServerHostedService : IHostedService
{
    private readonly RpcServer _server;

    public RpcServerHostedService(RpcServer server) => _server = server;

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);
}
