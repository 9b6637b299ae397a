using System.Runtime.CompilerServices;
using Rpc.Buffers;
using Rpc.Serialization;
using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

/// <summary>Two servers whose named groups are one, as a broker between them carries what is pushed.</summary>
public sealed class GroupBackplaneTests
{
    private readonly Broker _broker = new();

    [Fact]
    public async Task A_push_reaches_the_members_of_all_servers_once()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var (a, b) = (await Listener.ConnectAsync(one.World), await Listener.ConnectAsync(two.World));
        one.Groups.Join<IListener>("room", a.Connection);
        two.Groups.Join<IListener>("room", b.Connection);

        one.Groups.Get<IListener>("room").All.Hear(1);
        two.Groups.Get<IListener>("room").All.Hear(2);
        await one.Groups.Get<IListener>("room").All.HearAsync(3);

        Assert.Equal([1, 2, 3], await ThreeAsync(a));
        Assert.Equal([1, 2, 3], await ThreeAsync(b));
    }

    [Fact]
    public async Task A_server_without_members_can_push_and_other_rooms_and_contracts_hear_nothing()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var member = await Listener.ConnectAsync(two.World);
        two.Groups.Join<IListener>("room", member.Connection);

        one.Groups.Get<IListener>("other").All.Hear(1);
        one.Groups.Get<IScreen>("room").All.Show(2, []);
        one.Groups.Get<IListener>("room").All.Hear(3);

        Assert.Equal(3, await member.NextAsync());
    }

    [Fact]
    public async Task Users_are_left_out_or_chosen_on_all_servers_and_connections_on_their_own()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var (a, b, c) = (await Listener.ConnectAsync(one.World), await Listener.ConnectAsync(two.World), await Listener.ConnectAsync(two.World));
        (a.Connection.UserId, b.Connection.UserId) = ("kim", "kim");
        var room = one.Groups.Join<IListener>("room", a.Connection);
        two.Groups.Join<IListener>("room", b.Connection);
        two.Groups.Join<IListener>("room", c.Connection);

        room.ExceptUsers("kim").Hear(1);
        room.OnlyUsers("kim", "lee").Hear(2);
        room.Except(a.Connection).Hear(3);
        room.Only(a.Connection).Hear(4);
        room.OnlyUsers().Hear(5);
        room.All.Hear(6);

        Assert.Equal([2, 4, 6], await ThreeAsync(a));
        Assert.Equal([2, 3, 6], await ThreeAsync(b));
        Assert.Equal([1, 3, 6], await ThreeAsync(c));
    }

    [Fact]
    public async Task Options_of_a_call_cross_with_it()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var remarks = new Remarks();
        await using var client = await two.World.ConnectAsync(options => options.Serve<IRemark>(remarks));
        await client.GetProxy<ITestService>().AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        two.Groups.Join<IRemark>("room", Assert.Single(two.World.Server.Connections, connection => connection != two.World.ServerSide));

        var options = new RpcCallOptions { Metadata = new RpcMetadata { { "from", "kim" } }, Timeout = TimeSpan.FromDays(1), Key = 7, Priority = RpcPriority.Low };
        one.Groups.Get<IRemark>("room").All.With(options).Remark("hello");

        Assert.Equal("kim: hello, in a day", await remarks.Made.Task.WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_server_subscribes_while_a_room_has_members_there()
    {
        await using var one = await StartAsync();
        var (a, b) = (await Listener.ConnectAsync(one.World), await Listener.ConnectAsync(one.World));
        Assert.Empty(_broker.Channels);

        var room = one.Groups.Join<IListener>("room", a.Connection);
        one.Groups.Join<IListener>("room", b.Connection);
        Assert.Equal(["Rpc.EndToEnd.Tests.IListener/room"], _broker.Channels);
        room.Remove(a.Connection);
        Assert.Single(_broker.Channels);
        room.Remove(b.Connection);
        Assert.Empty(_broker.Channels);
        one.Groups.Join<IListener>("room", a.Connection);
        Assert.Single(_broker.Channels);
    }

    [Fact]
    public async Task Bytes_that_no_server_has_made_are_refused_and_harm_nobody()
    {
        await using var one = await StartAsync();
        var member = await Listener.ConnectAsync(one.World);
        one.Groups.Join<IListener>("room", member.Connection);
        var channel = Assert.Single(_broker.Channels);
        one.Groups.Get<IListener>("room").ExceptUsers("kim").Hear(1);
        Assert.Equal(1, await member.NextAsync());
        var good = Assert.Single(_broker.Published);

        for (var length = 0; length < good.Length - 5; length++)
        {
            Assert.Throws<PayloadException>(() => _broker.Publish(channel, good.AsMemory(0, length)));
        }

        Assert.Throws<PayloadException>(() => _broker.Publish(channel, (byte[])[2, .. good[1..]]));
        Assert.Throws<PayloadException>(() => _broker.Publish(channel, (byte[])[.. good[..22], 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, .. good[22..]]));

        // A method that only a newer server has.
        _broker.Publish(channel, (byte[])[1, .. Guid.NewGuid().ToByteArray(), 1, 2, 3, 4, .. good[21..]]);
        one.Groups.Get<IListener>("room").All.Hear(2);
        Assert.Equal(2, await member.NextAsync());
    }

    [Fact]
    public async Task A_room_that_was_only_pushed_to_goes_with_who_asked_for_it()
    {
        await using var one = await StartAsync();

        // Each batch is collected before the next comes: names do not pile up.
        for (var batch = 0; batch < 20; batch++)
        {
            Push(one.Groups, batch);
            GC.Collect();
        }

        Assert.InRange(one.Groups.Count, 0, 300);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Push(RpcGroups groups, int batch)
        {
            for (var i = 0; i < 100; i++)
            {
                groups.Get<IListener>($"{batch}/{i}").All.Hear(i);
            }
        }
    }

    private static async Task<List<int>> ThreeAsync(Listener listener)
    {
        var heard = new List<int>();
        while (heard.Count < 3)
        {
            heard.Add(await listener.NextAsync());
        }

        return heard;
    }

    private async Task<Node> StartAsync() => new(await World.StartAsync(_ => new TestService()), new RpcGroups(_broker));

    private sealed record Node(World World, RpcGroups Groups) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => World.DisposeAsync();
    }

    /// <summary>A broker in memory: bytes in, bytes out, to all who subscribed, the publisher included.</summary>
    private sealed class Broker : IRpcBackplane
    {
        private readonly object _gate = new();
        private readonly List<Subscription> _subscriptions = [];

        public List<byte[]> Published { get; } = [];

        public IReadOnlyList<string> Channels
        {
            get
            {
                lock (_gate)
                {
                    return [.. _subscriptions.Select(static subscription => subscription.Channel)];
                }
            }
        }

        public void Publish(string channel, ReadOnlyMemory<byte> message)
        {
            Action<ReadOnlyMemory<byte>>[] receivers;
            lock (_gate)
            {
                Published.Add(message.ToArray());
                receivers = [.. _subscriptions.Where(subscription => subscription.Channel == channel).Select(static subscription => subscription.Receive)];
            }

            foreach (var receive in receivers)
            {
                // What the receiver is given is gone when it returns.
                var buffer = message.ToArray();
                receive(buffer);
                buffer.AsSpan().Clear();
            }
        }

        public IDisposable Subscribe(string channel, Action<ReadOnlyMemory<byte>> receive)
        {
            var subscription = new Subscription(this, channel, receive);
            lock (_gate)
            {
                _subscriptions.Add(subscription);
            }

            return subscription;
        }

        private sealed class Subscription(Broker broker, string channel, Action<ReadOnlyMemory<byte>> receive) : IDisposable
        {
            public string Channel => channel;

            public Action<ReadOnlyMemory<byte>> Receive => receive;

            public void Dispose()
            {
                lock (broker._gate)
                {
                    broker._subscriptions.Remove(this);
                }
            }
        }
    }

    private sealed class Remarks : IRemark
    {
        public TaskCompletionSource<string> Made { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Remark(string text)
        {
            var context = RpcContext.Current!;
            Made.TrySetResult($"{context.Metadata["from"]}: {text}, {(context.Deadline is null ? "at any time" : "in a day")}");
        }
    }
}
