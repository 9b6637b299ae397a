using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

public sealed class HostingTests
{
    [Fact]
    public async Task Services_of_a_connection_share_a_scope_that_ends_with_it()
    {
        var log = new Log();
        var name = "scope-" + Guid.NewGuid().ToString("n");
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(log);
        builder.Services.AddScoped<Shared>();
        builder.Services.AddRpcServer(rpc => rpc
            .AddService<ITestService, ScopedService>()
            .AddService<IOther, OtherService>()
            .ListenInProcess(name));
        builder.Services.AddRpcClient("inproc://" + name).AddProxy<ITestService>().AddProxy<IOther>();
        using (var host = builder.Build())
        {
            await host.StartAsync();
            var service = host.Services.GetRequiredService<ITestService>();
            var first = await service.RunAsync("x").AsTask().WaitAsync(World.Patience);
            Assert.Equal(first, await service.RunAsync("x").AsTask().WaitAsync(World.Patience));
            Assert.Equal(first, await host.Services.GetRequiredService<IOther>().NameAsync().AsTask().WaitAsync(World.Patience));
            await host.StopAsync();
            Assert.Empty(host.Services.GetRequiredService<RpcServer>().Connections);
        }

        Assert.Equal(["service", "shared"], log.Disposed);
    }

    [Fact]
    public async Task A_client_of_a_host_connects_again_after_its_connection_was_lost()
    {
        var name = "again-" + Guid.NewGuid().ToString("n");
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddRpcServer(rpc => rpc.AddService<ITestService>(_ => new TestService()).ListenInProcess(name));
        builder.Services.AddRpcClient("inproc://" + name).AddProxy<ITestService>();
        using var host = builder.Build();
        await host.StartAsync();
        var service = host.Services.GetRequiredService<ITestService>();
        Assert.Equal(2, await service.AddAsync(1, 1).AsTask().WaitAsync(World.Patience));
        var connection = Assert.Single(host.Services.GetRequiredService<RpcServer>().Connections);
        connection.Abort();
        await connection.Closed.WaitAsync(World.Patience);
        while (true)
        {
            try
            {
                Assert.Equal(4, await service.AddAsync(2, 2).AsTask().WaitAsync(World.Patience));
                break;
            }
            catch (RpcException e) when (e.StatusCode == RpcStatusCode.Unavailable)
            {
                // The client has not noticed yet.
            }
        }

        await host.StopAsync();
    }

    [Fact]
    public async Task An_address_in_use_fails_the_hosts_start()
    {
        var name = "twice-" + Guid.NewGuid().ToString("n");
        await using var server = RpcServer.Create(rpc => rpc.ListenInProcess(name));
        await server.StartAsync();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddRpcServer(rpc => rpc.ListenInProcess(name));
        using var host = builder.Build();
        await Assert.ThrowsAsync<Rpc.Transports.TransportException>(() => host.StartAsync());
    }

    private sealed class Log
    {
        public List<string> Disposed { get; } = [];
    }

    private sealed class Shared(Log log) : IDisposable
    {
        public string Name { get; } = Guid.NewGuid().ToString();

        public void Dispose() => log.Disposed.Add("shared");
    }

    private sealed class ScopedService : TestService, IDisposable
    {
        private readonly Log _log;

        public ScopedService(RpcConnection connection, Shared shared, RpcGroup<ITestClient> group, Log log)
        {
            _log = log;
            group.Add(connection);
            OnRun = (_, _) => new(shared.Name);
        }

        public void Dispose() => _log.Disposed.Add("service");
    }

    private sealed class OtherService(Shared shared) : IOther
    {
        public ValueTask<string> NameAsync() => new(shared.Name);
    }
}

[RpcService]
public interface IOther
{
    ValueTask<string> NameAsync();
}
