using System.Threading.RateLimiting;
using Rpc.EndToEnd.Tests.Raw;
using Rpc.Server;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Security;

public sealed class RateLimitTests
{
    private readonly Vault _vault = new();

    [Fact]
    public async Task Calls_beyond_the_limit_of_a_connection_fail_and_say_when_to_try_again()
    {
        await using var world = await StartAsync(static rpc => rpc.RateLimit.PerConnection(Limits.Ever(3)));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, await world.Proxy.AddAsync(i, 0));
        }

        var refused = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.AddAsync(1, 1).AsTask());
        Assert.Equal(RpcStatusCode.ResourceExhausted, refused.StatusCode);
        Assert.True(refused.TryGetDetail<TimeSpan>(out var after));
        Assert.Equal(TimeSpan.FromDays(1), after);

        // Another connection has a limiter of its own.
        await using var other = await world.ConnectAsync();
        Assert.Equal(2, await other.GetProxy<ITestService>().AddAsync(1, 1));
    }

    [Fact]
    public async Task A_limiter_for_all_counts_across_connections()
    {
        await using var limiter = PartitionedRateLimiter.Create<RpcConnection, string>(static connection =>
            RateLimitPartition.Get(connection.Scheme, static _ => Limits.Ever(2)(null!)));
        await using var world = await StartAsync(rpc => rpc.RateLimit.PerConnection(limiter));
        await using var other = await world.ConnectAsync();
        Assert.Equal(2, await world.Proxy.AddAsync(1, 1));
        Assert.Equal(2, await other.GetProxy<ITestService>().AddAsync(1, 1));
        await ExhaustedAsync(() => world.Proxy.AddAsync(1, 1).AsTask());
        await ExhaustedAsync(() => other.GetProxy<ITestService>().AddAsync(1, 1).AsTask());
    }

    [Fact]
    public async Task Unknown_methods_and_malformed_arguments_count_and_nothing_is_decoded_beyond_the_limit()
    {
        await using var world = await StartAsync(static rpc => rpc.RateLimit.PerConnection(Limits.Ever(2)));
        await using var peer = await RawPeer.OpenAsync(world);
        foreach (var expected in (RpcStatusCode[])[RpcStatusCode.Unimplemented, RpcStatusCode.InvalidArgument, RpcStatusCode.ResourceExhausted, RpcStatusCode.ResourceExhausted])
        {
            await peer.SendAsync(expected == RpcStatusCode.Unimplemented ? Of(Request, Id(0), Method("NoSuchMethod"), [0]) : Of(Request, Id(0), Method("AddAsync"), [250, 1]));
            Assert.Equal((byte)expected, (await peer.ReadAsync(Fault)).Code);
        }
    }

    [Fact]
    public async Task A_permit_is_held_until_its_call_has_ended()
    {
        await using var world = await StartAsync(few: Limits.AtOnce(1));
        var vault = world.Client.GetProxy<IVault>();
        _vault.Held = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = vault.HoldAsync(1).AsTask();
        await ExhaustedAsync(() => vault.HoldAsync(2).AsTask());
        Assert.Equal(5, await vault.OpenAsync(5));
        _vault.Held.SetResult(1);
        Assert.Equal(1, await first.WaitAsync(World.Patience));
        _vault.Held = null;
        Assert.Equal(3, await vault.HoldAsync(3));
    }

    [Fact]
    public async Task Methods_that_share_a_limit_share_its_permits_and_one_way_calls_beyond_are_dropped()
    {
        await using var world = await StartAsync(few: Limits.Ever(3));
        var vault = world.Client.GetProxy<IVault>();
        for (var i = 0; i < 10; i++)
        {
            vault.Fling(i);
        }

        await ExhaustedAsync(() => vault.HoldAsync(1).AsTask());
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, await _vault.Flung.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        }

        Assert.False(_vault.Flung.Reader.TryRead(out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Permits_come_back_however_a_call_ends(bool shared)
    {
        await using var limiter = PartitionedRateLimiter.Create<RpcConnection, int>(static _ =>
            RateLimitPartition.GetConcurrencyLimiter(0, static _ => new ConcurrencyLimiterOptions { PermitLimit = 1 }));
        await using var world = await StartAsync(rpc => _ = shared ? rpc.RateLimit.PerConnection(limiter) : rpc.RateLimit.PerConnection(Limits.AtOnce(1)), Limits.AtOnce(1));
        await using var peer = await RawPeer.OpenAsync(world);
        var bomb = Field(4, Join(WireText("x"), WireText(new string('y', 5000))));
        byte[][] calls =
        [
            Of(Request, Id(0), Method("NoSuchMethod"), [0]),
            Of(Request, Id(0), Method("AddAsync"), [250]),
            Of(Request, Id(0), Method("Note"), [1], Int(1)),
            Of(Request, Id(0), Method("WhoAsync", "Rpc.EndToEnd.Tests.Security.IVault"), [0]),
            Of(RequestExtended, Id(0), Method("AddAsync"), Varint((uint)bomb.Length), bomb, [2], Int(1), Int(2)),
            Of(Request, Id(0), Method("HoldAsync", "Rpc.EndToEnd.Tests.Security.IVault"), [250]),
        ];
        foreach (var call in calls)
        {
            await peer.SendAsync(call);
            var fault = await peer.ReadAsync(Fault);
            Assert.False(fault.Text.Contains("too fast", StringComparison.Ordinal), fault.Text);
        }

        // A connection that ends with a call under way, and one that breaks the protocol with a permit in its hand.
        _vault.Held = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var breaker = await RawPeer.OpenAsync(world))
        {
            await breaker.SendAsync(Of(RequestExtended, Id(0), Method("AddAsync"), Varint(3), Varint(4), Varint(100), [1]));
            Assert.Equal(RpcCloseReason.ProtocolError, (await breaker.ReadFarewellAsync()).Reason);
            await breaker.ServerSide.Closed.WaitAsync(World.Patience);
        }

        await peer.SendAsync(Of(Request, Id(0), Method("HoldAsync", "Rpc.EndToEnd.Tests.Security.IVault"), [1], Int(1)));
        await peer.SendAsync(Of(Request, Id(1), Method("AddAsync"), [2], Int(1), Int(2)));
        Assert.Equal((byte)RpcStatusCode.ResourceExhausted, (await peer.ReadAsync(Fault)).Code);
        peer.ServerSide.Abort();
        await peer.ServerSide.Closed.WaitAsync(World.Patience);
        _vault.Held.SetResult(1);
        await Eventually.TrueAsync(() => !shared || limiter.GetStatistics(world.ServerSide)!.CurrentAvailablePermits == 1);
    }

    [Fact]
    public async Task A_limiter_that_fails_refuses()
    {
        var log = new Rpc.Transport.Conformance.RecordingLoggerFactory();
        await using var world = await StartAsync(rpc =>
        {
            rpc.RateLimit.PerConnection(static _ => throw new InvalidOperationException("limiter"));
            rpc.Options.LoggerFactory = log;
        });
        await ExhaustedAsync(() => world.Proxy.AddAsync(1, 1).AsTask());
        Assert.Single(log.Errors);
    }

    [Fact]
    public void A_limit_has_a_name_that_is_free()
    {
        Assert.Throws<ArgumentException>(() => new RpcRateLimits().PerMethod("", Limits.None));
        Assert.Throws<ArgumentException>(() => new RpcRateLimits().PerMethod("a", Limits.None).PerMethod("a", Limits.None));
    }

    private static async Task ExhaustedAsync(Func<Task> call) =>
        Assert.Equal(RpcStatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(World.Patience))).StatusCode);

    private Task<World> StartAsync(Action<RpcServerBuilder>? server = null, Func<RpcConnection, RateLimiter>? few = null) => World.StartAsync(_ => new TestService(), rpc =>
    {
        rpc.AddService<IVault>(_vault);
        rpc.Options.Limits.MaxMetadataSize = 4096;
        rpc.Policies.Add("adult", static _ => true).Add("slow", static _ => true).Add("broken", static _ => true);
        rpc.RateLimit.PerMethod("few", few ?? Limits.None);
        server?.Invoke(rpc);
    });
}
