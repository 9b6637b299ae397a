using System.Net;
using Chat.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Rpc;
using Rpc.Server;

namespace Chat.Server;

/// <summary>The server, in a generic host.</summary>
internal static class ChatServer
{
    public static async Task RunAsync(int port, int? webSocketPort, Keys keys, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Names>();
        builder.Services.AddSingleton<Rooms>();
        builder.Services.AddRpcServer(rpc =>
        {
            rpc.AddService<IChat, ChatService>(service => service.Sequential = true);
            rpc.Authenticate(keys);
            rpc.ListenTcp(IPAddress.Any, port);
            if (webSocketPort is not null)
            {
                rpc.ListenWebSocket($"http://*:{webSocketPort}/rpc");
            }
        });

        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        foreach (var address in host.Services.GetRequiredService<RpcServer>().Addresses)
        {
            Console.WriteLine($"listening on {address}");
        }

        // Until Ctrl+C: then calls that run may end, and each client is told that the server shuts down.
        await host.WaitForShutdownAsync(cancellationToken);
        Console.WriteLine("stopped");
    }
}
