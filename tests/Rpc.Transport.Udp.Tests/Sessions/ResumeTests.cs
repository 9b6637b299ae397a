using System.Threading.Channels;
using Rpc.Client;
using Rpc.Testing;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Sessions;

/// <summary>A network that is silent for longer than a connection waits, and then is not.</summary>
public sealed class ResumeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_call_backs_and_streams_both_ways_survive_a_silence_and_each_is_executed_once(bool changesAddress)
    {
        await using var world = await SessionWorld.StartAsync();
        world.Journal.HoldsAfter = world.ClientJournal.HoldsAfter = 500;
        var client = world.ServerSide.GetProxy<IJournalClient>();
        var work = world.Proxy.WorkAsync("work").AsTask();
        var received = new List<int>();
        var down = Task.Run(async () =>
        {
            await foreach (var item in world.Proxy.CountAsync(1000))
            {
                lock (received)
                {
                    received.Add(item);
                }
            }
        });
        var up = world.Proxy.SumAsync(world.ClientJournal.CountAsync(1000)).AsTask();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(id => world.Proxy.EnterAsync(id).AsTask())).WaitAsync(SessionWorld.Patience);
        await SessionWorld.TrueAsync(() => received.Count == 500 && world.Journal.Begun.Contains("work"));

        // Some are under way when the silence begins, the others are made within it.
        var calls = Enumerable.Range(50, 50).Select(id => world.Proxy.EnterAsync(id).AsTask()).ToList();
        await world.InterruptAsync();
        calls.AddRange(Enumerable.Range(100, 50).Select(id => world.Proxy.EnterAsync(id).AsTask()));
        calls.AddRange(Enumerable.Range(150, 50).Select(id => client.ConfirmAsync(id).AsTask()));
        for (var id = 200; id < 250; id++)
        {
            world.Proxy.Note(id);
        }

        world.Journal.Go();
        world.ClientJournal.Go();
        if (changesAddress)
        {
            world.Relay.ChangeAddresses();
        }

        Assert.False(work.IsCompleted);
        Assert.False(down.IsCompleted);
        world.Speak();

        Assert.Equal("work done", await work.WaitAsync(SessionWorld.Patience));
        Assert.Equal(Enumerable.Range(50, 150), await Task.WhenAll(calls).WaitAsync(SessionWorld.Patience));
        Assert.Equal(499_500L, await up.WaitAsync(SessionWorld.Patience));
        await down.WaitAsync(SessionWorld.Patience);
        Assert.Equal(Enumerable.Range(0, 1000), received);
        await SessionWorld.TrueAsync(() => world.Journal.Executed.Count + world.ClientJournal.Executed.Count == 250);
        Assert.All(world.Journal.Executed.Values.Concat(world.ClientJournal.Executed.Values), static count => Assert.Equal(1, count));
        Assert.Same(world.ServerSide, Assert.Single(world.Server.Connections));
        await world.Client.WhenOpenAsync().AsTask().WaitAsync(SessionWorld.Patience);
    }

    [Fact]
    public async Task Both_sides_tell_of_the_interruption_and_of_its_end_and_the_client_of_its_attempts()
    {
        await using var world = await SessionWorld.StartAsync();
        var events = Channel.CreateUnbounded<(string Side, bool IsInterrupted)>();
        world.Client.Connection.InterruptionChanged += (_, value) => events.Writer.TryWrite(("client", value));
        world.ServerSide.InterruptionChanged += (_, value) => events.Writer.TryWrite(("server", value));
        var attempts = Channel.CreateUnbounded<RpcClientStatus>();
        world.Client.StatusChanged += (_, status) => attempts.Writer.TryWrite(status);
        await world.InterruptAsync();
        Assert.Equal(RpcConnectionState.Open, world.Client.Connection.State);
        var status = new RpcClientStatus(RpcClientState.Open);
        while (status is not { State: RpcClientState.Reconnecting, Attempt: 2 })
        {
            status = await attempts.Reader.ReadAsync().AsTask().WaitAsync(SessionWorld.Patience);
        }

        Assert.Equal(RpcCloseReason.TransportLost, status.Reason!.Reason);
        world.Speak();
        await world.Client.WhenOpenAsync().AsTask().WaitAsync(SessionWorld.Patience);

        // A busy machine may have been silent more than once.
        var seen = new Dictionary<string, List<bool>> { ["client"] = [], ["server"] = [] };
        while (seen.Values.Any(static side => side.Count == 0 || side[^1]))
        {
            var (side, isInterrupted) = await events.Reader.ReadAsync().AsTask().WaitAsync(SessionWorld.Patience);
            Assert.Equal(seen[side].Count % 2 == 0, isInterrupted);
            seen[side].Add(isInterrupted);
        }
    }

    [Fact]
    public async Task A_connection_that_looks_alive_can_be_given_up_for_another_port_without_loss()
    {
        await using var world = await SessionWorld.StartAsync();
        for (var i = 0; i < 10; i++)
        {
            var isOpen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            void OnChanged(RpcConnection connection, bool isInterrupted)
            {
                if (!isInterrupted)
                {
                    isOpen.TrySetResult();
                }
            }

            world.Client.Connection.InterruptionChanged += OnChanged;
            var call = world.Proxy.EnterAsync(i).AsTask();
            world.Client.ReconnectNow();
            Assert.Equal(i, await call.WaitAsync(SessionWorld.Patience));
            await isOpen.Task.WaitAsync(SessionWorld.Patience);
            await world.Client.WhenOpenAsync().AsTask().WaitAsync(SessionWorld.Patience);
            world.Client.Connection.InterruptionChanged -= OnChanged;
        }

        Assert.Equal(10, world.Journal.Executed.Count);
        Assert.Same(world.ServerSide, Assert.Single(world.Server.Connections));
    }

    [Fact]
    public async Task A_session_goes_on_by_another_address_of_the_same_server()
    {
        UdpRelay? second = null;
        await using (var world = await SessionWorld.StartAsync((options, world) =>
        {
            second = new UdpRelay(world.ServerEndPoint, NetworkConditions.Perfect);
            options.Reconnect!.Addresses.Add(new Uri($"udp://{second.EndPoint}"));
        }))
        {
            world.FallSilent();
            await SessionWorld.TrueAsync(() => world.ServerSide.IsInterrupted || world.Client.Connection.IsInterrupted);
            Assert.Equal(1, await world.Proxy.EnterAsync(1).AsTask().WaitAsync(SessionWorld.Patience));
            Assert.Same(world.ServerSide, Assert.Single(world.Server.Connections));
        }

        await second!.DisposeAsync();
    }

    [Fact]
    public async Task What_the_client_cancels_or_is_late_during_a_silence_ends_at_once()
    {
        await using var world = await SessionWorld.StartAsync();
        await world.InterruptAsync();
        using var cancellation = new CancellationTokenSource();
        var cancelled = world.Proxy.WorkAsync("x", cancellation.Token).AsTask();
        var late = world.Proxy.With(new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(1) }).WorkAsync("y").AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(SessionWorld.Patience));
        Assert.Equal(RpcStatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => late.WaitAsync(SessionWorld.Patience))).StatusCode);
        Assert.True(world.Client.Connection.IsInterrupted);
    }
}
