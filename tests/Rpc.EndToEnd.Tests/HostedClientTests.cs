using Microsoft.Extensions.DependencyInjection;
using Rpc.Client;

namespace Rpc.EndToEnd.Tests;

public sealed class HostedClientTests
{
    [Fact]
    public async Task A_client_connects_with_its_first_call_and_many_first_calls_share_one_connection()
    {
        await using var hosted = await StartAsync();
        var proxy = hosted.Get<ITestService>();
        Assert.Empty(hosted.Server.Connections);

        var sums = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => proxy.AddAsync(i, 1).AsTask())).WaitAsync(World.Patience);

        Assert.Equal(Enumerable.Range(1, 100), sums);
        Assert.Single(hosted.Server.Connections);
        Assert.Same(proxy, hosted.Get<ITestService>());
    }

    [Fact]
    public async Task A_stream_and_an_awaited_one_way_call_connect_too()
    {
        await using var streaming = await StartAsync();
        var items = new List<int>();
        await foreach (var item in streaming.Get<ITestService>().CountAsync(3))
        {
            items.Add(item);
        }

        Assert.Equal([0, 1, 2], items);

        var service = new TestService();
        await using var telling = await StartAsync(service);
        await telling.Get<ITestService>().NoteAsync(7).AsTask().WaitAsync(World.Patience);
        Assert.Equal(7, await service.Notes.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_one_way_call_that_cannot_wait_throws_where_there_is_no_connection()
    {
        var service = new TestService();
        await using var hosted = await StartAsync(service);
        var proxy = hosted.Get<ITestService>();

        var error = Assert.Throws<RpcException>(() => proxy.Note(1));
        Assert.Equal(RpcStatusCode.Unavailable, error.StatusCode);

        await proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        proxy.Note(2);
        Assert.Equal(2, await service.Notes.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_call_that_cannot_connect_is_unavailable_and_the_next_one_tries_again()
    {
        var name = "late-" + Guid.NewGuid().ToString("n");
        var services = new ServiceCollection();
        services.AddRpcClient("inproc://" + name).AddProxy<ITestService>();
        await using var provider = services.BuildServiceProvider();
        var proxy = provider.GetRequiredService<ITestService>();

        var error = await Assert.ThrowsAsync<RpcConnectException>(() => proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience));
        Assert.Equal(RpcStatusCode.Unavailable, error.StatusCode);

        await using var server = Server.RpcServer.Create(rpc => rpc.AddService<ITestService>(new TestService()).ListenInProcess(name));
        await server.StartAsync();
        Assert.Equal(2, await proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Clients_of_a_host_have_addresses_options_and_connections_of_their_own()
    {
        await using var other = await Hosted.StartAsync(static rpc => rpc.AddService<IOther>(static connection => new Told(connection)));
        await using var hosted = await Hosted.StartAsync(
            static rpc => rpc.AddService<ITestService>(new TestService { OnRun = static (_, _) => new(RpcContext.Current!.Connection.PeerMetadata["who"]!) }),
            (services, address) =>
            {
                services.AddRpcClient(address, static options => options.Metadata.Add("who", "first")).AddProxy<ITestService>();
                services.AddRpcClient(other.Address, static options => options.Metadata.Add("who", "second")).AddProxy<IOther>();
            });

        Assert.Equal("first", await hosted.Get<ITestService>().RunAsync("?").AsTask().WaitAsync(World.Patience));
        Assert.Equal("second", await hosted.Get<IOther>().NameAsync().AsTask().WaitAsync(World.Patience));
        Assert.Single(hosted.Server.Connections);
        Assert.Single(other.Server.Connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_connection_ends_with_the_container(bool synchronously)
    {
        await using var hosted = await Hosted.StartAsync(static rpc => rpc.AddService<ITestService>(new TestService()));
        var services = new ServiceCollection();
        services.AddRpcClient(hosted.Address).AddProxy<ITestService>();
        var provider = services.BuildServiceProvider();
        var proxy = provider.GetRequiredService<ITestService>();
        await proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        var connection = Assert.Single(hosted.Server.Connections);

        if (synchronously)
        {
            provider.Dispose();
        }
        else
        {
            await provider.DisposeAsync().AsTask().WaitAsync(World.Patience);
        }

        await connection.Closed.WaitAsync(World.Patience);
        var error = await Assert.ThrowsAnyAsync<RpcException>(() => proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience));
        Assert.Equal(RpcStatusCode.Unavailable, error.StatusCode);
    }

    [Fact]
    public void An_address_that_is_none_is_told_at_once() =>
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddRpcClient("nowhere"));

    private static Task<Hosted> StartAsync(TestService? service = null) => Hosted.StartAsync(
        rpc => rpc.AddService<ITestService>(service ?? new TestService()),
        static (services, address) => services.AddRpcClient(address).AddProxy<ITestService>());

    private sealed class Told(RpcConnection connection) : IOther
    {
        public ValueTask<string> NameAsync() => new(connection.PeerMetadata["who"]!);
    }
}
