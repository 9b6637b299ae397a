using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task A_call_brings_its_result()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        Assert.Equal(5, await world.Proxy.AddAsync(2, 3).AsTask().WaitAsync(World.Patience));
        await world.Proxy.DoAsync("it").WaitAsync(World.Patience);
    }

    [Fact]
    public async Task Thousands_of_calls_in_flight_each_get_their_own_result()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var proxy = world.Proxy;
        var calls = Enumerable.Range(0, 10_000).Select(i => proxy.AddAsync(i, 1).AsTask()).ToArray();
        var results = await Task.WhenAll(calls).WaitAsync(World.Patience);
        Assert.Equal(Enumerable.Range(1, 10_000), results);
    }

    [Fact]
    public async Task Calls_beyond_the_peers_limit_wait_and_none_is_lost()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.Options.Limits.MaxConcurrentCalls = 3);
        var proxy = world.Proxy;
        var results = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => proxy.AddAsync(i, 0).AsTask())).WaitAsync(World.Patience);
        Assert.Equal(Enumerable.Range(0, 500), results);
    }

    [Fact]
    public async Task A_call_back_inside_a_call_does_not_deadlock_ten_deep()
    {
        RpcConnection? server = null;
        var client = new TestClient();
        await using var world = await World.StartAsync(
            connection =>
            {
                server = connection;
                return new TestService { OnRun = async (what, token) => what.Length >= 10 ? what : await connection.GetProxy<ITestClient>().AskAsync(what + "s", token) };
            },
            client: options => options.Serve<ITestClient>(client));
        client.OnAsk = async (question, token) => await world.Proxy.RunAsync(question + "c", token);
        var result = await world.Proxy.RunAsync(string.Empty).AsTask().WaitAsync(World.Patience);
        Assert.Equal("scscscscsc", result);
        Assert.NotNull(server);
    }

    [Fact]
    public async Task One_way_calls_arrive_in_order()
    {
        var service = new TestService();
        await using var world = await World.StartAsync(_ => service);
        for (var i = 0; i < 1000; i++)
        {
            if (i % 2 == 0)
            {
                world.Proxy.Note(i);
            }
            else
            {
                await world.Proxy.NoteAsync(i);
            }
        }

        for (var i = 0; i < 1000; i++)
        {
            Assert.Equal(i, await service.Notes.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        }
    }

    [Fact]
    public async Task Cancelling_ends_the_callers_wait_and_reaches_the_handler()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var service = new TestService
        {
            OnRun = async (_, token) =>
            {
                started.SetResult();
                var wait = new TaskCompletionSource<string>();
                await using (token.Register(() => wait.SetCanceled(token)))
                {
                    try
                    {
                        return await wait.Task;
                    }
                    finally
                    {
                        cancelled.SetResult();
                    }
                }
            },
        };
        await using var world = await World.StartAsync(_ => service);
        using var source = new CancellationTokenSource();
        var call = world.Proxy.RunAsync("wait", source.Token).AsTask();
        await started.Task.WaitAsync(World.Patience);
        await source.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(World.Patience);
        Assert.Equal(source.Token, exception.CancellationToken);
        await cancelled.Task.WaitAsync(World.Patience);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_typed_error_arrives_with_its_detail()
    {
        var service = new TestService { OnRun = (_, _) => throw RpcException.WithDetail(RpcStatusCode.NotFound, "no such room", new Detail(7, "lobby")) };
        await using var world = await World.StartAsync(_ => service);
        var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.RunAsync("x").AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.NotFound, exception.StatusCode);
        Assert.Equal("no such room", exception.Message);
        Assert.True(exception.TryGetDetail<Detail>(out var detail));
        Assert.Equal(new Detail(7, "lobby"), detail);
        Assert.False(exception.TryGetDetail<string>(out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handlers_own_exception_is_internal_and_tells_its_text_only_on_request(bool include)
    {
        var service = new TestService { OnRun = (_, _) => throw new InvalidOperationException("the secret") };
        await using var world = await World.StartAsync(_ => service, server: rpc => rpc.Options.IncludeExceptionText = include);
        var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.RunAsync("x").AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.Internal, exception.StatusCode);
        Assert.Equal(include, exception.Message.Contains("the secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_method_is_unimplemented_and_names_what_the_peer_has()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var proxy = world.Client.GetProxy<ITestClient>();
        var exception = await Assert.ThrowsAsync<RpcException>(() => proxy.AskAsync("you?").AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.Unimplemented, exception.StatusCode);
        Assert.Contains("Rpc.EndToEnd.Tests.ITestService", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_and_deadline_reach_the_handlers_context_and_flow_over_awaits()
    {
        var service = new TestService
        {
            OnRun = async (_, _) =>
            {
                var context = RpcContext.Current!;
                await Task.Yield();
                Assert.Same(context, RpcContext.Current);
                return $"{context.Metadata["user"]} {context.Deadline.HasValue} {context.Method.Name}";
            },
        };
        await using var world = await World.StartAsync(_ => service);
        var options = new RpcCallOptions { Metadata = new RpcMetadata(), Timeout = TimeSpan.FromMinutes(5) };
        options.Metadata.Add("user", "kim");
        Assert.Equal("kim True RunAsync", await world.Proxy.With(options).RunAsync("x").AsTask().WaitAsync(World.Patience));
        Assert.Null(RpcContext.Current);
    }

    [Fact]
    public async Task An_argument_too_large_for_the_peer_fails_at_the_sender()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.Options.Limits.MaxFrameSize = 10_000);
        var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.EchoAsync(new byte[20_000]).AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.ResourceExhausted, exception.StatusCode);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_result_too_large_for_the_caller_is_a_typed_error()
    {
        await using var world = await World.StartAsync(
            _ => new TestService { OnRun = (_, _) => new(new string('x', 50_000)) }, client: options => options.Limits.MaxFrameSize = 10_000);
        var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.RunAsync("x").AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.ResourceExhausted, exception.StatusCode);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(20_000)]
    [InlineData(200_000)]
    [InlineData(16 * 1024 * 1024)]
    public async Task Payloads_of_every_size_arrive_whole(int size)
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        Assert.Equal(payload, await world.Proxy.EchoAsync(payload).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Interceptors_of_both_sides_run_around_the_call_in_order()
    {
        var log = new List<string>();
        await using var world = await World.StartAsync(
            _ => new TestService(),
            server: rpc => rpc.Options.IncomingInterceptors.Add(new Incoming(log)),
            client: options =>
            {
                options.OutgoingInterceptors.Add(new Outgoing(log, "outer"));
                options.OutgoingInterceptors.Add(new Outgoing(log, "inner"));
            });
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.Equal(["outer", "inner", "AddAsync", "served", "inner done", "outer done"], log);
    }

    [Fact]
    public async Task An_interceptor_may_refuse_a_call()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: rpc => rpc.Options.IncomingInterceptors.Add(new Refusing()));
        var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.AddAsync(1, 2).AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.PermissionDenied, exception.StatusCode);
    }

    private sealed class Incoming(List<string> log) : IRpcIncomingInterceptor
    {
        public async ValueTask InvokeAsync(RpcContext context, Func<ValueTask> next)
        {
            log.Add(context.Method.Name);
            await next();
            log.Add("served");
        }
    }

    private sealed class Outgoing(List<string> log, string name) : IRpcOutgoingInterceptor
    {
        public async ValueTask InvokeAsync(RpcOutgoingCall call, Func<RpcOutgoingCall, ValueTask> next)
        {
            log.Add(name);
            await next(call);
            log.Add(name + " done");
        }
    }

    private sealed class Refusing : IRpcIncomingInterceptor
    {
        public ValueTask InvokeAsync(RpcContext context, Func<ValueTask> next) => throw new RpcException(RpcStatusCode.PermissionDenied, "no");
    }
}
