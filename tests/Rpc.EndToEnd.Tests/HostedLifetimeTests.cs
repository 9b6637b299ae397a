using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Client;

namespace Rpc.EndToEnd.Tests;

public sealed class HostedLifetimeTests
{
    [Fact]
    public async Task A_service_is_made_for_each_connection_by_its_first_call_and_ends_with_it()
    {
        var births = new Births();
        await using var hosted = await StartAsync(births, RpcServiceLifetime.Connection);
        await using var first = await RpcClient.ConnectAsync(hosted.Address);
        await using var second = await RpcClient.ConnectAsync(hosted.Address);
        Assert.Empty(births.Born);

        var name = await NameAsync(first);
        Assert.Equal(name, await NameAsync(first));
        Assert.NotEqual(name, await NameAsync(second));
        Assert.Equal(2, births.Born.Count);

        await first.DisposeAsync();
        Assert.Equal(name, await births.Ended.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        Assert.False(births.Ended.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_service_of_calls_is_made_for_each_in_a_scope_of_its_own_and_ends_with_it()
    {
        var births = new Births();
        await using var hosted = await StartAsync(births, RpcServiceLifetime.Call);
        await using var client = await RpcClient.ConnectAsync(hosted.Address);

        var first = await NameAsync(client);
        Assert.Equal(first, await births.Ended.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        var second = await NameAsync(client);
        Assert.Equal(second, await births.Ended.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        Assert.NotEqual(first, second);
        Assert.Equal(2, births.Scopes);
    }

    [Fact]
    public async Task A_singleton_serves_all_connections_and_ends_with_the_server()
    {
        var births = new Births();
        await using var hosted = await StartAsync(births, RpcServiceLifetime.Singleton);
        await using var first = await RpcClient.ConnectAsync(hosted.Address);
        await using var second = await RpcClient.ConnectAsync(hosted.Address);

        var name = await NameAsync(first);
        Assert.Equal(name, await NameAsync(second));
        Assert.Single(births.Born);
        await first.DisposeAsync();
        Assert.False(births.Ended.Reader.TryRead(out _));

        await hosted.StopAsync().WaitAsync(World.Patience);
        Assert.True(births.Ended.Reader.TryRead(out var ended));
        Assert.Equal(name, ended);
        Assert.False(births.Ended.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_service_of_a_call_can_be_given_the_calls_context()
    {
        await using var hosted = await Hosted.StartAsync(rpc => rpc.AddService<IOther, ContextService>(static options => options.Lifetime = RpcServiceLifetime.Call));
        await using var client = await RpcClient.ConnectAsync(hosted.Address);
        var metadata = new RpcMetadata { { "user", "kim" } };

        var name = await client.GetProxy<IOther>().With(new RpcCallOptions { Metadata = metadata }).NameAsync().AsTask().WaitAsync(World.Patience);

        Assert.Equal($"kim, {nameof(IOther.NameAsync)}, {Assert.Single(hosted.Server.Connections).Id}", name);
    }

    [Fact]
    public async Task A_constructor_that_throws_fails_the_call_and_the_next_one_tries_again()
    {
        var births = new Births { Fail = true };
        await using var hosted = await StartAsync(births, RpcServiceLifetime.Connection);
        await using var client = await RpcClient.ConnectAsync(hosted.Address);

        var error = await Assert.ThrowsAsync<RpcException>(() => NameAsync(client));
        Assert.Equal(RpcStatusCode.Internal, error.StatusCode);

        births.Fail = false;
        await NameAsync(client);
    }

    private static Task<Hosted> StartAsync(Births births, RpcServiceLifetime lifetime) => Hosted.StartAsync(
        rpc => rpc.AddService<IOther, Born>(options => options.Lifetime = lifetime),
        (services, _) => services.AddSingleton(births).AddScoped<Scope>());

    private static Task<string> NameAsync(RpcClient client) => client.GetProxy<IOther>().NameAsync().AsTask().WaitAsync(World.Patience);

    private sealed class Births
    {
        public ConcurrentBag<string> Born { get; } = [];

        public Channel<string> Ended { get; } = Channel.CreateUnbounded<string>();

        public int Scopes;

        public bool Fail { get; set; }
    }

    private sealed class Scope
    {
        public Scope(Births births) => Interlocked.Increment(ref births.Scopes);
    }

    private sealed class Born : IOther, IAsyncDisposable
    {
        private readonly Births _births;
        private readonly string _name = Guid.NewGuid().ToString("n");

        public Born(Births births, IServiceProvider services)
        {
            if (births.Fail)
            {
                throw new InvalidOperationException("Not yet.");
            }

            _births = births;
            births.Born.Add(_name);
            services.GetService<Scope>();
        }

        public ValueTask<string> NameAsync() => new(_name);

        public ValueTask DisposeAsync()
        {
            _births.Ended.Writer.TryWrite(_name);
            return default;
        }
    }

    private sealed class ContextService(RpcContext context, RpcConnection connection) : IOther
    {
        public ValueTask<string> NameAsync() => new($"{context.Metadata["user"]}, {context.Method.Name}, {connection.Id}");
    }
}
