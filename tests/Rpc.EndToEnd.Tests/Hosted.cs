using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

/// <summary>A started host with a server at a name that no other test has.</summary>
internal sealed class Hosted : IAsyncDisposable
{
    private readonly IHost _host;

    private Hosted(IHost host, string address)
    {
        _host = host;
        Address = address;
    }

    /// <summary>Where the server listens, and clients of the host connect to.</summary>
    public string Address { get; }

    public IServiceProvider Services => _host.Services;

    public RpcServer Server => Services.GetRequiredService<RpcServer>();

    public static async Task<Hosted> StartAsync(Action<RpcServerBuilder> server, Action<IServiceCollection, string>? services = null)
    {
        var hosted = Build(server, services);
        await hosted._host.StartAsync().WaitAsync(World.Patience);
        return hosted;
    }

    public static Hosted Build(Action<RpcServerBuilder> server, Action<IServiceCollection, string>? services = null)
    {
        var name = "host-" + Guid.NewGuid().ToString("n");
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddRpcServer(rpc =>
        {
            rpc.ListenInProcess(name);
            server(rpc);
        });
        services?.Invoke(builder.Services, "inproc://" + name);
        return new Hosted(builder.Build(), "inproc://" + name);
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => new(((IAsyncDisposable)_host).DisposeAsync().AsTask().WaitAsync(World.Patience));
}
