using System.Buffers;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;
using Xunit;

namespace Rpc.Testing.Tests;

public sealed class SimulatedNetworkTests : IAsyncLifetime
{
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(50);

    private readonly ManualTimeProvider _time = new();
    private readonly List<IAsyncDisposable> _opened = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var opened in _opened)
        {
            await opened.DisposeAsync();
        }
    }

    [Fact]
    public async Task Bytes_arrive_when_the_delay_has_passed_in_both_directions()
    {
        var network = new SimulatedNetwork(timeProvider: _time);
        var (client, server) = await OpenAsync(network);
        network.ToServer = network.ToClient = new NetworkConditions { Delay = s_delay };
        await client.Output.WriteAsync(new byte[] { 1 });
        await _time.WhenTimersAsync(1);
        _time.Advance(s_delay - TimeSpan.FromMilliseconds(1));
        Assert.False(server.Input.TryRead(out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([1], await ReadAsync(server, 1));

        await server.Output.WriteAsync(new byte[] { 2 });
        await _time.WhenTimersAsync(1);
        Assert.False(client.Input.TryRead(out _));
        _time.Advance(s_delay);
        Assert.Equal([2], await ReadAsync(client, 1));
    }

    [Fact]
    public async Task A_limited_rate_makes_bytes_arrive_one_chunk_after_the_other()
    {
        var network = new SimulatedNetwork(timeProvider: _time);
        var (client, server) = await OpenAsync(network);
        network.ToServer = new NetworkConditions { BytesPerSecond = 1_000 };
        await client.Output.WriteAsync(new byte[500]);
        await _time.WhenTimersAsync(1);
        await client.Output.WriteAsync(new byte[500]);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(500, (await ReadAsync(server, 500)).Length);
        await _time.WhenTimersAsync(1);
        Assert.False(server.Input.TryRead(out _));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(500, (await ReadAsync(server, 500)).Length);
    }

    [Fact]
    public async Task A_black_hole_holds_a_stream_up_until_it_ends()
    {
        var network = new SimulatedNetwork(timeProvider: _time);
        var (client, server) = await OpenAsync(network);
        network.ToServer = new NetworkConditions { IsBlackhole = true };
        await client.Output.WriteAsync(new byte[] { 1, 2 });
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(server.Input.TryRead(out _));
        network.ToServer = NetworkConditions.Perfect;
        Assert.Equal([1, 2], await ReadAsync(server, 2));
    }

    [Fact]
    public async Task A_lost_packet_holds_a_stream_up_for_a_round_trip()
    {
        var network = new SimulatedNetwork(timeProvider: _time);
        var (client, server) = await OpenAsync(network);
        network.ToServer = new NetworkConditions { Loss = 1, Delay = s_delay };
        await client.Output.WriteAsync(new byte[] { 1 });
        await _time.WhenTimersAsync(1);
        _time.Advance(s_delay * 3);
        Assert.False(server.Input.TryRead(out _));
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal([1], await ReadAsync(server, 1));
    }

    [Fact]
    public async Task What_was_sent_before_the_end_arrives_though_the_connection_is_disposed()
    {
        var network = new SimulatedNetwork(timeProvider: _time);
        var (client, server) = await OpenAsync(network, isOwned: false);
        network.ToServer = new NetworkConditions { Delay = s_delay };
        await client.Output.WriteAsync(new byte[] { 1, 2, 3 });
        await client.Output.CompleteAsync();
        await client.DisposeAsync();
        Assert.Equal([1, 2, 3], await ReadAsync(server, 3));
        Assert.True((await server.Input.ReadAsync()).IsCompleted);
        Assert.Equal(0, network.ConnectionCount);
    }

    [Fact]
    public async Task A_cut_resets_both_sides()
    {
        var network = new SimulatedNetwork(timeProvider: _time);
        var (client, server) = await OpenAsync(network);
        var (clientReads, serverReads) = (client.Input.ReadAsync().AsTask(), server.Input.ReadAsync().AsTask());
        network.Cut();
        Assert.Equal(TransportError.ConnectionReset, (await Assert.ThrowsAsync<TransportException>(() => clientReads)).Error);
        await Assert.ThrowsAsync<TransportException>(() => serverReads);
    }

    [Fact]
    public async Task A_connection_opens_after_a_round_trip_and_not_in_a_black_hole()
    {
        var network = new SimulatedNetwork(new NetworkConditions { Delay = s_delay }, timeProvider: _time);
        var opening = OpenAsync(network);
        await _time.WhenTimersAsync(1);
        Assert.False(opening.IsCompleted);
        _time.Advance(s_delay * 2);
        await opening;

        network.ToServer = new NetworkConditions { IsBlackhole = true };
        using var giveUp = new CancellationTokenSource();
        var stuck = network.Around(new InProcessTransport()).ConnectAsync(new Uri("inproc://nobody"), giveUp.Token).AsTask();
        await _time.WhenTimersAsync(1);
        _time.Advance(s_delay * 2);
        Assert.False(stuck.IsCompleted);
        giveUp.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stuck);
    }

    [Fact]
    public async Task Of_messages_the_unreliable_are_lost_and_the_reliable_come_later_and_the_same_seed_loses_the_same()
    {
        var first = await SendManyAsync();
        Assert.Equal(first, await SendManyAsync());
        Assert.Equal(100, first.Count(static number => number < 100));
        Assert.InRange(first.Count(static number => number is >= 100 and < 200), 30, 70);
        var sequenced = first.Where(static number => number >= 200).ToArray();
        Assert.InRange(sequenced.Length, 30, 70);
        Assert.Equal(sequenced.Order(), sequenced);
    }

    [Fact]
    public async Task Reliable_messages_wait_in_a_black_hole_and_unreliable_ones_vanish()
    {
        var network = new SimulatedNetwork(timeProvider: _time);
        var (client, server) = await OpenMessagesAsync(network);
        network.ToServer = new NetworkConditions { IsBlackhole = true };
        Assert.True(client.TrySend([1], new MessageOptions(RpcDelivery.Unreliable)));
        Assert.True(client.TrySend([2], new MessageOptions(RpcDelivery.Reliable)));
        _time.Advance(TimeSpan.FromHours(1));
        network.ToServer = NetworkConditions.Perfect;
        Assert.True(await server.WaitToReceiveAsync(default));
        Assert.True(server.TryReceive(out var message));
        Assert.Equal([2], message.ToArray());
        Assert.False(server.TryReceive(out _));
    }

    private static async Task<byte[]> ReadAsync(StreamTransportConnection connection, int count)
    {
        var read = await connection.Input.ReadAtLeastAsync(count);
        var bytes = read.Buffer.ToArray();
        connection.Input.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    private async Task<int[]> SendManyAsync()
    {
        var network = new SimulatedNetwork(seed: 7, timeProvider: _time);
        var (client, server) = await OpenMessagesAsync(network);
        network.ToServer = new NetworkConditions { Loss = 0.5, Delay = s_delay, Reordering = 0.3 };
        for (var i = 0; i < 300; i++)
        {
            var delivery = i < 100 ? RpcDelivery.Reliable : i < 200 ? RpcDelivery.Unreliable : RpcDelivery.Sequenced;
            Assert.True(client.TrySend(BitConverter.GetBytes(i), new MessageOptions(delivery, Lane: 1)));
        }

        // The last is known to arrive after all others: it is sent after them over a network that keeps everything.
        await _time.WhenTimersAsync(1);
        network.ToServer = new NetworkConditions { Delay = s_delay * 10 };
        Assert.True(client.TrySend(BitConverter.GetBytes(-1), new MessageOptions(RpcDelivery.Reliable)));
        var received = new List<int>();
        while (received.LastOrDefault() >= 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            if (server.TryReceive(out var message))
            {
                received.Add(BitConverter.ToInt32(message.Span));
            }
        }

        return [.. received.Where(static number => number >= 0)];
    }

    private async Task<(StreamTransportConnection Client, StreamTransportConnection Server)> OpenAsync(SimulatedNetwork network, bool isOwned = true)
    {
        var transports = new TransportCollection();
        transports.ListenInProcess($"test-{Guid.NewGuid():n}");
        var (client, server) = await OpenAsync(transports.Single, network.Around(new InProcessTransport()), isOwned);
        return ((StreamTransportConnection)client, (StreamTransportConnection)server);
    }

    private async Task<(MessageTransportConnection Client, MessageTransportConnection Server)> OpenMessagesAsync(SimulatedNetwork network)
    {
        var server = MessagePairTransport.CreateServerTransport($"test-{Guid.NewGuid():n}");
        var (client, accepted) = await OpenAsync(server, network.Around(new MessagePairTransport(new MessagePairOptions())), isOwned: true);
        return ((MessageTransportConnection)client, (MessageTransportConnection)accepted);
    }

    private async Task<(TransportConnection Client, TransportConnection Server)> OpenAsync(IRpcServerTransport server, IRpcClientTransport client, bool isOwned)
    {
        var listener = await server.ListenAsync(new ListenContext(_time, new RecordingLoggerFactory()), default);
        _opened.Add(listener);
        var accepting = listener.AcceptAsync(default).AsTask();
        var connected = await client.ConnectAsync(listener.Address, default);
        var accepted = (await accepting)!;
        _opened.Insert(0, accepted);
        if (isOwned)
        {
            _opened.Insert(0, connected);
        }

        return (connected, accepted);
    }
}
