using Rpc.Client;
using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

public sealed class GroupTests
{
    [Fact]
    public async Task A_push_reaches_all_members_but_those_left_out()
    {
        var group = new RpcGroup<ITestClient>();
        await using var world = await World.StartAsync(connection =>
        {
            group.Add(connection);
            return new TestService();
        });
        var clients = new List<TestClient>();
        var connections = new List<RpcClient>();
        for (var i = 0; i < 5; i++)
        {
            var served = new TestClient();
            var client = await world.ConnectAsync(options => options.Serve<ITestClient>(served, static service => service.Sequential = true));
            await client.GetProxy<ITestService>().AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
            clients.Add(served);
            connections.Add(client);
        }

        Assert.Equal(5, group.Count);
        group.All.Told("all");
        group.Except([.. group.Members.Take(1)]).Told("not the first");
        await group.FlushAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("all", await clients[i].Heard.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
            if (i > 0)
            {
                Assert.Equal("not the first", await clients[i].Heard.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
            }
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => group.All.AskAsync("?").AsTask());
        foreach (var client in connections)
        {
            await client.DisposeAsync();
        }

        await Task.WhenAll(group.Members.Select(static member => (Task)member.Closed)).WaitAsync(World.Patience);
        while (group.Count > 0)
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_named_group_goes_with_its_last_member()
    {
        var groups = new RpcGroups();
        await using var world = await World.StartAsync(_ => new TestService());
        var room = groups.Join<ITestClient>("lobby", world.ServerSide);
        Assert.Same(room, groups.Get<ITestClient>("lobby"));
        Assert.False(room.Add(world.ServerSide));
        Assert.True(room.Remove(world.ServerSide));
        Assert.Equal(0, groups.Count);
        Assert.NotSame(room, groups.Get<ITestClient>("lobby"));
    }
}
