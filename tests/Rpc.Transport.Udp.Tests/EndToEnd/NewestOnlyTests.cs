using System.Net;
using System.Threading.Channels;
using Rpc.Client;
using Rpc.Server;
using Rpc.Testing;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.EndToEnd;

/// <summary>Streams of sequenced methods: an item may be lost, and none comes after a newer one.</summary>
public sealed class NewestOnlyTests : IAsyncLifetime
{
    private const int Items = 2_000;

    /// <summary>Little enough that credit for what was lost is needed many times over.</summary>
    private const int Window = 256;

    private readonly List<IAsyncDisposable> _opened = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var opened in _opened)
        {
            await opened.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.3, 0.0)]
    [InlineData(0.3, 0.3)]
    [InlineData(0.9, 0.1)]
    public async Task A_stream_of_results_brings_newer_items_only_and_its_end_though_messages_are_lost(double loss, double reordering)
    {
        var field = await OpenAsync(new MessagePairOptions { Loss = loss, Reordering = reordering, Seed = 5 });
        var received = await CollectAsync(field.WatchAtOnceAsync(Items));
        Assert.InRange(received.Count, 1, loss > 0 ? Items - 1 : Items);
    }

    [Theory]
    [InlineData(0.3, 0.3)]
    [InlineData(0.9, 0.1)]
    public async Task A_stream_of_a_parameter_does_the_same(double loss, double reordering)
    {
        var field = await OpenAsync(new MessagePairOptions { Loss = loss, Reordering = reordering, Seed = 6 });
        var received = await CollectAsync(field.FollowAsync(Count()));
        Assert.InRange(received.Count, 0, Items - 1);
    }

    [Fact]
    public async Task An_item_that_does_not_fit_a_packet_ends_the_stream_with_a_typed_error()
    {
        var field = await OpenAsync(new MessagePairOptions());
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await CollectAsync(Lengths(field.WatchLargeAsync())));
        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.StatusCode);
        Assert.Equal(3, await field.AddAsync(1, 2));
    }

    [Fact]
    public async Task Over_a_bad_link_with_real_sockets_the_stream_ends_as_well()
    {
        var server = RpcServer.Create(rpc => Configure(rpc).ListenUdp(IPAddress.Loopback, 0, static udp => udp.AllowInsecure = true));
        _opened.Insert(0, server);
        await server.StartAsync();
        var conditions = new NetworkConditions { Loss = 0.2, Reordering = 0.2, ReorderingDelay = TimeSpan.FromMilliseconds(3), Duplication = 0.1 };
        var relay = new UdpRelay(new IPEndPoint(IPAddress.Loopback, server.Addresses[0].Port), conditions, seed: 2);
        _opened.Add(relay);
        var client = await RpcClient.ConnectAsync($"udp://{relay.EndPoint}", static options =>
        {
            options.Limits.StreamWindow = Window;
            options.UseUdp(static udp => udp.AllowInsecure = true);
        });
        _opened.Insert(0, client);
        Assert.NotEmpty(await CollectAsync(client.GetProxy<IField>().WatchAtOnceAsync(Items)));
    }

#pragma warning disable CS1998 // A source may have all its items at once.
    private static async IAsyncEnumerable<int> Count()
    {
        for (var i = 0; i < Items; i++)
        {
            yield return i;
        }
    }
#pragma warning restore CS1998

    private static async IAsyncEnumerable<int> Lengths(IAsyncEnumerable<byte[]> items)
    {
        await foreach (var item in items)
        {
            yield return item.Length;
        }
    }

    private static async Task<List<int>> CollectAsync(IAsyncEnumerable<int> items)
    {
        var received = new List<int>();
        await foreach (var item in items)
        {
            Assert.True(received.Count == 0 || item > received[^1], "An item came after a newer one.");
            received.Add(item);
        }

        return received;
    }

    private static RpcServerBuilder Configure(RpcServerBuilder rpc) =>
        rpc.AddService<IField>(connection => new Field(connection, Channel.CreateUnbounded<(string, int)>())).Configure(static options => options.Limits.StreamWindow = Window);

    private async Task<IField> OpenAsync(MessagePairOptions options)
    {
        var name = $"newest-{Guid.NewGuid():n}";
        var server = RpcServer.Create(rpc => Configure(rpc).AddTransport(MessagePairTransport.CreateServerTransport(name)));
        await server.StartAsync();
        var client = await RpcClient.ConnectAsync(new Uri($"{MessagePairTransport.Scheme}://{name}"), rpc =>
        {
            rpc.Limits.StreamWindow = Window;
            rpc.AddTransport(new MessagePairTransport(options));
        });
        _opened.Add(client);
        _opened.Add(server);
        return client.GetProxy<IField>();
    }
}
