using System.Collections.Concurrent;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance;

namespace Rpc.EndToEnd.Tests;

public sealed class DirectoryTests
{
    [Fact]
    public async Task Connections_are_listed_and_found_by_id_while_they_are_open()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var directory = world.Server.Directory;
        var other = await Listener.ConnectAsync(world);

        Assert.Equal(2, directory.Count);
        Assert.Equal([world.ServerSide.Id, other.Connection.Id], directory.Connections.Select(static connection => connection.Id).Order());
        Assert.Same(other.Connection, directory.Find(other.Connection.Id));

        await other.CloseAsync();
        await Eventually.TrueAsync(() => directory.Count == 1);
        Assert.Null(directory.Find(other.Connection.Id));
        Assert.Equal([world.ServerSide], directory.Connections);
    }

    [Fact]
    public async Task A_user_is_found_with_all_connections_until_they_close_or_change_hands()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var directory = world.Server.Directory;
        var (phone, desk, guest) = (await Listener.ConnectAsync(world), await Listener.ConnectAsync(world), await Listener.ConnectAsync(world));

        desk.Connection.UserId = "kim";
        phone.Connection.UserId = "kim";
        Assert.Equal([phone.Connection, desk.Connection], directory.FindUser("kim"));
        Assert.Empty(directory.FindUser("Kim"));
        Assert.Null(guest.Connection.UserId);

        desk.Connection.UserId = "lee";
        Assert.Equal([phone.Connection], directory.FindUser("kim"));
        Assert.Equal([desk.Connection], directory.FindUser("lee"));
        desk.Connection.UserId = null;
        Assert.Empty(directory.FindUser("lee"));

        await phone.CloseAsync();
        await Eventually.TrueAsync(() => directory.FindUser("kim").Count == 0);
        phone.Connection.UserId = "kim";
        Assert.Empty(directory.FindUser("kim"));
    }

    [Fact]
    public async Task A_user_that_is_set_as_the_connection_opens_is_found()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        world.Server.Connected += static connection => connection.UserId = "early";

        var listener = await Listener.ConnectAsync(world);

        await Eventually.TrueAsync(() => world.Server.Directory.FindUser("early").Count == 1);
        Assert.Same(listener.Connection, world.Server.Directory.FindUser("early")[0]);
    }

    [Fact]
    public async Task A_user_is_kicked_from_all_connections_and_nobody_else_is()
    {
        await using var world = (await World.StartAsync(_ => new TestService())).Expect("Kicked");
        await using var first = await ConnectAsync(world, "kim");
        await using var second = await ConnectAsync(world, "kim");

        Assert.Equal(2, await world.Server.Directory.KickUserAsync("kim", "Signed in elsewhere.").AsTask().WaitAsync(World.Patience));

        foreach (var client in new[] { first, second })
        {
            Assert.Equal(
                new RpcCloseInfo(RpcCloseReason.Kicked, "Signed in elsewhere.", ByPeer: true), await client.Connection.Closed.WaitAsync(World.Patience));
        }

        Assert.Equal(0, await world.Server.Directory.KickUserAsync("kim", "Again.").AsTask().WaitAsync(World.Patience));
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task The_index_is_right_after_users_and_connections_came_and_went_at_once()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var directory = world.Server.Directory;
        var staying = new List<Listener>();
        var leaving = new List<Listener>();
        for (var i = 0; i < 4; i++)
        {
            staying.Add(await Listener.ConnectAsync(world));
            leaving.Add(await Listener.ConnectAsync(world));
        }

        var seen = new ConcurrentBag<string>();
        var changers = staying.Concat(leaving).SelectMany(static listener => new[] { listener, listener }).Select((listener, n) => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                listener.Connection.UserId = "user" + ((i + n) % 7);
                seen.Add(listener.Connection.UserId!);
                _ = directory.FindUser("user1").Count + directory.Connections.Count;
            }

            listener.Connection.UserId = "last" + (n % 3);
        })).ToList();
        var closers = leaving.Select(static listener => listener.CloseAsync());
        await Task.WhenAll(changers.Concat(closers)).WaitAsync(World.Patience);
        await Eventually.TrueAsync(() => directory.Count == staying.Count + 1);

        for (var user = 0; user < 7; user++)
        {
            Assert.Empty(directory.FindUser("user" + user));
        }

        var found = Enumerable.Range(0, 3).SelectMany(last => directory.FindUser("last" + last)).ToList();
        Assert.Equal(staying.Select(static listener => listener.Connection.Id).Order(), found.Select(static connection => connection.Id).Order());
        Assert.All(staying, listener => Assert.Contains(listener.Connection, directory.FindUser(listener.Connection.UserId!)));
        Assert.Equal(8000, seen.Count);
    }

    [Fact]
    public async Task A_service_of_a_host_gets_the_directory()
    {
        await using var hosted = await Hosted.StartAsync(rpc => rpc.AddService<ITestService>(_ => new TestService()));

        var directory = hosted.Get<IRpcConnectionDirectory>();

        Assert.Same(hosted.Server.Directory, directory);
        await using var client = await RpcClient.ConnectAsync(hosted.Address).AsTask().WaitAsync(World.Patience);
        await client.GetProxy<ITestService>().AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        Assert.Equal(1, directory.Count);
    }

    [Fact]
    public async Task Statistics_count_calls_bytes_and_time()
    {
        var time = new ManualTimeProvider();
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(
            _ => new TestService
            {
                OnRun = async (_, _) =>
                {
                    started.SetResult();
                    return await release.Task;
                },
            },
            server: rpc => rpc.Options.TimeProvider = time);
        var connected = time.GetUtcNow();
        var before = world.ServerSide.Statistics;
        Assert.Equal((connected, 0, 0, 0), (before.ConnectedAt, before.CallsReceived, before.CallsRunning, before.OneWaysReceived));

        await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience);
        world.Proxy.Note(1);
        world.Proxy.Note(2);
        var running = world.Proxy.RunAsync("x").AsTask();
        await started.Task.WaitAsync(World.Patience);
        var during = world.ServerSide.Statistics;
        Assert.Equal((2, 1, 2, 0), (during.CallsReceived, during.CallsRunning, during.OneWaysReceived, during.CallsMade));
        var caller = world.Client.Connection.Statistics;
        Assert.Equal((2, 1, 0), (caller.CallsMade, caller.CallsInFlight, caller.CallsReceived));

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), world.ServerSide.Statistics.Silence);
        release.SetResult("done");
        await running.WaitAsync(World.Patience);
        Assert.Equal(100, await world.Proxy.CountAsync(100).CountAsync());

        // What one side has sent the other has received, as soon as both are done with it.
        await Eventually.TrueAsync(() =>
            world.ServerSide.Statistics.BytesReceived == world.Client.Connection.Statistics.BytesSent
            && world.Client.Connection.Statistics.BytesReceived == world.ServerSide.Statistics.BytesSent
            && world.ServerSide.Statistics is { BytesSent: > 400, CallsRunning: 0, BytesQueued: 0 });
        Assert.InRange(world.Client.Connection.Statistics.ItemFramesReceived, 1, 100);
        Assert.Equal(0, world.Client.Connection.Statistics.CallsInFlight);
    }

    private static async Task<RpcClient> ConnectAsync(World world, string user)
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Server.Connected += Name;
        var client = await world.ConnectAsync();
        await opened.Task.WaitAsync(World.Patience);
        world.Server.Connected -= Name;
        return client;

        void Name(RpcConnection connection)
        {
            connection.UserId = user;
            opened.SetResult();
        }
    }
}
