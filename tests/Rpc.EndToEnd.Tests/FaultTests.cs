using Rpc.Client;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Faults;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests;

/// <summary>Whatever happens to the transport, every call ends with a typed error, and both ends notice.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cut_after_any_number_of_bytes_ends_everything_with_a_typed_error(bool atClient)
    {
        for (var bytes = 0; bytes < 900; bytes += bytes < 120 ? 3 : 41)
        {
            await RunAsync(inner => new CutConnection(inner, bytes), atClient);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_corrupt_byte_anywhere_is_a_result_or_a_typed_error(bool atClient)
    {
        for (var position = 0; position < 600; position += position < 150 ? 3 : 29)
        {
            await RunAsync(inner => new CorruptConnection(inner, position, (byte)(1 << (position % 8))), atClient);
        }
    }

    [Fact]
    public async Task A_peer_that_vanished_is_noticed_and_everything_that_waits_for_it_ends()
    {
        // The cable is pulled at both ends, or the end that gives up first would tell the other.
        var time = new ManualTimeProvider();
        List<HalfOpenConnection> ends = [];
        HalfOpenConnection Wrap(StreamTransportConnection inner)
        {
            var end = new HalfOpenConnection(inner);
            ends.Add(end);
            return end;
        }

        var handlers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(
            _ => new TestService
            {
                OnRun = async (_, token) =>
                {
                    try
                    {
                        await new TaskCompletionSource().Task.WaitAsync(token);
                    }
                    finally
                    {
                        handlers.TrySetResult();
                    }

                    return string.Empty;
                },
            },
            transport: new PairTransport(client: Wrap, server: Wrap),
            server: rpc => rpc.Options.TimeProvider = time,
            client: options => options.TimeProvider = time);
        world.Expect("KeepAliveTimeout");
        var call = world.Proxy.RunAsync("x").AsTask();
        await using var stream = world.Proxy.CountAsync(int.MaxValue).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync().AsTask().WaitAsync(World.Patience));
        ends.ForEach(end => end.Lose());
        for (var i = 0; i < 25; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var exception = await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.Unavailable, exception.StatusCode);
        await handlers.Task.WaitAsync(World.Patience);
        Assert.Equal(RpcCloseReason.KeepAliveTimeout, (await world.Client.Connection.Closed.WaitAsync(World.Patience)).Reason);
        Assert.Equal(RpcCloseReason.KeepAliveTimeout, (await world.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.MoveNextAsync().AsTask().WaitAsync(World.Patience))
            {
            }
        });
    }

    [Fact]
    public async Task A_peer_that_reads_nothing_loses_the_connection_after_the_send_timeout()
    {
        var time = new ManualTimeProvider();
        StallConnection? stalled = null;
        await using var world = await World.StartAsync(
            _ => new TestService(),
            transport: new PairTransport(client => stalled = new StallConnection(client)),
            client: options =>
            {
                options.TimeProvider = time;
                options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
                options.Limits.SendTimeout = TimeSpan.FromSeconds(30);
            });
        world.Expect("ResourceExhausted");
        stalled!.OutputGate.Close();
        var call = world.Proxy.AddAsync(1, 2).AsTask();
        for (var i = 0; i < 29; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(RpcConnectionState.Open, world.Client.Connection.State);
        for (var i = 0; i < 12; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(RpcCloseReason.ResourceExhausted, (await world.Client.Connection.Closed.WaitAsync(World.Patience)).Reason);
        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience)).StatusCode);
    }

    [Fact]
    public async Task A_peer_that_answers_late_but_in_time_keeps_the_connection()
    {
        var time = new ManualTimeProvider();
        StallConnection? stalled = null;
        await using var world = await World.StartAsync(
            _ => new TestService(),
            transport: new PairTransport(client => stalled = new StallConnection(client)),
            client: options => options.TimeProvider = time);
        for (var round = 0; round < 5; round++)
        {
            stalled!.InputGate.Close();
            var call = world.Proxy.AddAsync(round, 1).AsTask();
            time.Advance(TimeSpan.FromSeconds(24));
            stalled.InputGate.Open();
            Assert.Equal(round + 1, await call.WaitAsync(World.Patience));
        }

        Assert.Equal(RpcConnectionState.Open, world.Client.Connection.State);
    }

    /// <summary>Runs calls of every shape over a transport with a fault; each gives its result or a typed error.</summary>
    private static async Task RunAsync(Func<StreamTransportConnection, StreamTransportConnection> fault, bool atClient)
    {
        var time = new ManualTimeProvider();
        var transport = atClient ? new PairTransport(client: fault) : new PairTransport(server: fault);
        var log = new RecordingLoggerFactory();
        await using (var server = Server.RpcServer.Create(rpc =>
        {
            rpc.AddService<ITestService>(_ => new TestService());
            rpc.AddTransport(transport);
            rpc.Options.TimeProvider = time;
            rpc.Options.LoggerFactory = log;
        }))
        {
            await server.StartAsync();
            var work = WorkAsync(transport, time, log);
            await Task.Run(async () =>
            {
                // A length that was changed may make either side wait for what never comes: its time passes.
                while (!work.IsCompleted)
                {
                    time.Advance(TimeSpan.FromMilliseconds(200));
                    await Task.Yield();
                }
            }).WaitAsync(World.Patience);
            await work;
        }

        // A peer's bytes never make an error of this side's own.
        Assert.Empty(log.Errors);
    }

    private static async Task WorkAsync(PairTransport transport, ManualTimeProvider time, RecordingLoggerFactory log)
    {
        RpcClient client;
        try
        {
            client = await RpcClient.ConnectAsync(transport.Address, options =>
            {
                options.AddTransport(transport);
                options.TimeProvider = time;
                options.LoggerFactory = log;
            });
        }
        catch (RpcConnectException)
        {
            return;
        }

        await using (client)
        {
            var proxy = client.GetProxy<ITestService>().With(new RpcCallOptions { Timeout = TimeSpan.FromSeconds(100) });
            await Task.WhenAll(
                TypedAsync(async () => await proxy.AddAsync(1, 2)),
                TypedAsync(async () => await proxy.RunAsync("a text")),
                TypedAsync(async () => await proxy.NoteAsync(3)),
                TypedAsync(async () => await proxy.SumAsync(TestService.Count(20, default))),
                TypedAsync(async () => await proxy.WorkAsync(3, new Progress<int>())),
                TypedAsync(async () =>
                {
                    await foreach (var item in proxy.CountAsync(20))
                    {
                    }
                }));
        }
    }

    private static async Task TypedAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException)
        {
            // Typed.
        }
    }
}
