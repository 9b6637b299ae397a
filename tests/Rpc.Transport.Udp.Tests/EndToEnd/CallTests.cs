using System.Net;
using System.Threading.Channels;
using Rpc.Client;
using Rpc.Server;
using Rpc.Testing;
using Xunit;

namespace Rpc.Transport.Udp.Tests.EndToEnd;

/// <summary>Every call shape and delivery mode over real sockets, on a good network and through a relay that is a bad one.</summary>
#pragma warning disable CA1001 // The runner disposes what it holds, by IAsyncLifetime.
public sealed class CallTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Channel<(string What, int Value)> _heard = Channel.CreateUnbounded<(string, int)>();
    private RpcServer _server = null!;
    private UdpRelay _relay = null!;
    private RpcClient _client = null!;

    private IField Proxy => _client.GetProxy<IField>();

    public async Task InitializeAsync()
    {
        _server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IField>(connection => new Field(connection, _heard));
            rpc.ListenUdp(IPAddress.Loopback, 0, static udp => udp.AllowInsecure = true);
        });
        await _server.StartAsync().WaitAsync(s_patience);
        var address = _server.Addresses.Single();
        _relay = new UdpRelay(new IPEndPoint(IPAddress.Loopback, address.Port), NetworkConditions.Perfect);
        _client = await RpcClient.ConnectAsync(new UriBuilder(address) { Port = _relay.EndPoint.Port }.Uri, options =>
        {
            options.UseUdp(static udp => udp.AllowInsecure = true);
            options.Serve<IFieldClient>(new Field(null!, _heard));
        }).AsTask().WaitAsync(s_patience);
    }

    public async Task DisposeAsync()
    {
        _relay.ToServer = _relay.ToClient = NetworkConditions.Perfect;
        await _client.DisposeAsync().AsTask().WaitAsync(s_patience);
        await _server.DisposeAsync().AsTask().WaitAsync(s_patience);
        await _relay.DisposeAsync().AsTask().WaitAsync(s_patience);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public async Task Calls_of_every_shape_bring_their_results(double loss)
    {
        Spoil(loss);
        Assert.Equal(5, await Proxy.AddAsync(2, 3).AsTask().WaitAsync(s_patience));
        Assert.Equal(14, await Proxy.TwiceAsync(7).AsTask().WaitAsync(s_patience));
        var failure = await Assert.ThrowsAsync<RpcException>(() => Proxy.FailAsync("no such thing").WaitAsync(s_patience));
        Assert.Equal(RpcStatusCode.NotFound, failure.StatusCode);
        Assert.Equal("why?", await Proxy.AskBackAsync("why").AsTask().WaitAsync(s_patience));
        Assert.Equal(Enumerable.Range(0, 300), await CollectAsync(Proxy.CountAsync(300)));
        Assert.Equal(4950, await Proxy.SumAsync(NumbersAsync(100)).AsTask().WaitAsync(s_patience));
        Assert.Equal(["a!", "b!"], await CollectAsync(Proxy.TalkAsync(LinesAsync())));
        var results = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Proxy.AddAsync(i, 1).AsTask())).WaitAsync(s_patience);
        Assert.Equal(Enumerable.Range(1, 1000), results);
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(70_000)]
    [InlineData(1_000_000)]
    public async Task Payloads_of_every_size_arrive_whole(int size)
    {
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        Assert.Equal(payload, await Proxy.EchoAsync(payload).AsTask().WaitAsync(s_patience));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public async Task Ordered_one_way_calls_arrive_in_order(double loss)
    {
        Spoil(loss);
        for (var i = 0; i < 300; i++)
        {
            Proxy.Order(i);
        }

        for (var i = 0; i < 300; i++)
        {
            Assert.Equal(("order", i), await _heard.Reader.ReadAsync().AsTask().WaitAsync(s_patience));
        }
    }

    [Fact]
    public async Task Sequenced_one_way_calls_never_arrive_after_a_newer_one_and_unreliable_ones_at_most_once()
    {
        Spoil(0.1);
        for (var i = 0; i < 300; i++)
        {
            Proxy.Move(i);
            Proxy.Shot(i);
        }

        // What is reliable comes after all attempts of what is not, or does not depend on them.
        await Proxy.AddAsync(1, 1).AsTask().WaitAsync(s_patience);
        var newest = -1;
        var shots = new HashSet<int>();
        while (_heard.Reader.TryRead(out var heard))
        {
            if (heard.What == "move")
            {
                Assert.InRange(heard.Value, newest + 1, 299);
                newest = heard.Value;
            }
            else
            {
                Assert.True(shots.Add(heard.Value));
            }
        }
    }

    [Fact]
    public void An_unreliable_call_too_large_for_a_packet_is_a_typed_error_at_the_sender()
    {
        var failure = Assert.Throws<RpcException>(() => Proxy.Blob(new byte[2_000]));
        Assert.Equal(RpcStatusCode.ResourceExhausted, failure.StatusCode);
    }

    [Fact]
    public async Task Cancelling_reaches_the_handler()
    {
        Field.Cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var source = new CancellationTokenSource();
        var call = Proxy.WaitAsync(source.Token).AsTask();
        await Proxy.AddAsync(1, 1).AsTask().WaitAsync(s_patience);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(s_patience));
    }

    [Fact]
    public async Task A_change_of_address_in_mid_call_and_mid_stream_fails_nothing()
    {
        var stream = CollectAsync(Proxy.CountAsync(3_000));
        for (var i = 0; i < 5; i++)
        {
            var calls = Enumerable.Range(0, 50).Select(number => Proxy.AddAsync(number, i).AsTask()).ToArray();
            _relay.ChangeAddresses();
            await Task.WhenAll(calls).WaitAsync(s_patience);
        }

        Assert.Equal(3_000, (await stream).Count);
        Assert.Equal(RpcConnectionState.Open, _client.Connection.State);
    }

    private static async IAsyncEnumerable<int> NumbersAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    private static async IAsyncEnumerable<string> LinesAsync()
    {
        await Task.Yield();
        yield return "a";
        yield return "b";
    }

    private static async Task<List<T>> CollectAsync<T>(IAsyncEnumerable<T> items)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var all = new List<T>();
        await foreach (var item in items.WithCancellation(patience.Token))
        {
            all.Add(item);
        }

        return all;
    }

    private void Spoil(double loss) => _relay.ToServer = _relay.ToClient = new NetworkConditions
    {
        Loss = loss,
        Delay = TimeSpan.FromMilliseconds(loss > 0 ? 2 : 0),
        Reordering = loss,
        ReorderingDelay = TimeSpan.FromMilliseconds(4),
    };
}
