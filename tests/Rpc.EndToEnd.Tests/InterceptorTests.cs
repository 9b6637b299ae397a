namespace Rpc.EndToEnd.Tests;

/// <summary>What interceptors of either side may do.</summary>
public sealed class InterceptorTests
{
    [Fact]
    public async Task An_interceptor_may_try_again()
    {
        var tries = 0;
        await using var world = await World.StartAsync(
            _ => new TestService { OnRun = (what, _) => ++tries < 3 ? throw new RpcException(RpcStatusCode.Unavailable, "not yet") : new(what) },
            client: static options => options.OutgoingInterceptors.Add(new Outgoing(static async (call, next) =>
            {
                while (true)
                {
                    try
                    {
                        await next(call);
                        return;
                    }
                    catch (RpcException e) when (e.StatusCode == RpcStatusCode.Unavailable)
                    {
                        // Again.
                    }
                }
            })));
        Assert.Equal("third", await world.Proxy.RunAsync("third").AsTask().WaitAsync(World.Patience));
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task An_interceptor_may_add_metadata_and_touches_no_other_call()
    {
        var add = true;
        await using var world = await World.StartAsync(
            _ => new TestService { OnRun = static (_, _) => new(RpcContext.Current!.Metadata["token"] ?? "none") },
            client: options => options.OutgoingInterceptors.Add(new Outgoing((call, next) =>
            {
                if (add)
                {
                    var metadata = new RpcMetadata { { "token", "secret" } };
                    call.Options = new RpcCallOptions { Metadata = metadata };
                }

                return next(call);
            })));
        Assert.Equal("secret", await world.Proxy.RunAsync("x").AsTask().WaitAsync(World.Patience));
        add = false;
        Assert.Equal("none", await world.Proxy.RunAsync("x").AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Interceptors_stand_around_streams_and_one_way_calls_as_well()
    {
        var seen = new List<string>();
        var service = new TestService();
        await using var world = await World.StartAsync(
            _ => service,
            server: rpc => rpc.Options.IncomingInterceptors.Add(new Incoming(async (context, next) =>
            {
                Note("in " + context.Method.Name);
                await next();
                Note("in done " + context.Method.Name);
            })),
            client: options => options.OutgoingInterceptors.Add(new Outgoing((call, next) =>
            {
                Note("out " + call.Method.Name);
                return next(call);
            })));
        var count = 0;
        await foreach (var item in world.Proxy.CountAsync(10))
        {
            Assert.Equal(count++, item);
        }

        Assert.Equal(10, count);
        Assert.Equal(45, await world.Proxy.SumAsync(TestService.Count(10, default)).AsTask().WaitAsync(World.Patience));
        await world.Proxy.NoteAsync(5).AsTask().WaitAsync(World.Patience);
        Assert.Equal(5, await service.Notes.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        lock (seen)
        {
            Assert.All((string[])["CountAsync", "SumAsync", "NoteAsync", "AddAsync"], name =>
            {
                Assert.Single(seen, "out " + name);
                Assert.Single(seen, "in " + name);
            });
            Assert.Contains("in done CountAsync", seen);
        }

        void Note(string text)
        {
            lock (seen)
            {
                seen.Add(text);
            }
        }
    }

    [Fact]
    public async Task An_interceptor_that_does_not_go_on_is_an_internal_error_at_its_own_side()
    {
        await using var world = await World.StartAsync(_ => new TestService(), client: static options => options.OutgoingInterceptors.Add(new Outgoing(static (_, _) => default)));
        Assert.Equal(RpcStatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => world.Proxy.AddAsync(1, 2).AsTask()).WaitAsync(World.Patience)).StatusCode);
        await using var other = await World.StartAsync(_ => new TestService(), server: static rpc => rpc.Options.IncomingInterceptors.Add(new Incoming(static (_, _) => default)));
        Assert.Equal(RpcStatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => other.Proxy.AddAsync(1, 2).AsTask()).WaitAsync(World.Patience)).StatusCode);
    }

    [Fact]
    public async Task An_interceptor_that_fails_after_the_handler_decides_how_the_call_ends()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: static rpc => rpc.Options.IncomingInterceptors.Add(new Incoming(static async (_, next) =>
        {
            await next();
            throw new RpcException(RpcStatusCode.DataLoss, "afterwards");
        })));
        for (var i = 0; i < 3; i++)
        {
            var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.AddAsync(1, 2).AsTask()).WaitAsync(World.Patience);
            Assert.Equal((RpcStatusCode.DataLoss, "afterwards"), (exception.StatusCode, exception.Message));
        }
    }

    [Fact]
    public async Task An_interceptor_may_turn_the_handlers_error_into_another()
    {
        await using var world = await World.StartAsync(
            _ => new TestService { OnRun = static (_, _) => throw new KeyNotFoundException() },
            server: static rpc => rpc.Options.IncomingInterceptors.Add(new Incoming(static async (_, next) =>
            {
                try
                {
                    await next();
                }
                catch (KeyNotFoundException)
                {
                    throw new RpcException(RpcStatusCode.NotFound, "no such thing");
                }
            })));
        var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.RunAsync("x").AsTask()).WaitAsync(World.Patience);
        Assert.Equal((RpcStatusCode.NotFound, "no such thing"), (exception.StatusCode, exception.Message));
    }

    private sealed class Outgoing(Func<RpcOutgoingCall, Func<RpcOutgoingCall, ValueTask>, ValueTask> invoke) : IRpcOutgoingInterceptor
    {
        public ValueTask InvokeAsync(RpcOutgoingCall call, Func<RpcOutgoingCall, ValueTask> next) => invoke(call, next);
    }

    private sealed class Incoming(Func<RpcContext, Func<ValueTask>, ValueTask> invoke) : IRpcIncomingInterceptor
    {
        public ValueTask InvokeAsync(RpcContext context, Func<ValueTask> next) => invoke(context, next);
    }
}
