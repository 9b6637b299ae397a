using System.Diagnostics.Metrics;
using Rpc.Client;
using Rpc.EndToEnd.Tests.Raw;
using Rpc.Server;
using Rpc.Transport.Conformance;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Security;

public sealed class AuthorizationTests
{
    private const string Contract = "Rpc.EndToEnd.Tests.Security.IVault";

    private readonly Vault _vault = new();
    private readonly TaskCompletionSource<bool> _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_caller_who_is_nobody_is_unauthenticated_but_for_what_is_open()
    {
        await using var world = await StartAsync(null);
        var vault = world.Client.GetProxy<IVault>();
        await DeniedAsync(RpcStatusCode.Unauthenticated, () => vault.WhoAsync().AsTask());
        await DeniedAsync(RpcStatusCode.Unauthenticated, () => vault.ModerateAsync(1).AsTask());
        await DeniedAsync(RpcStatusCode.Unauthenticated, () => vault.DrinkAsync(1).AsTask());
        Assert.Equal(5, await vault.OpenAsync(5));
        Assert.Equal(1, _vault.Entered);
    }

    [Fact]
    public async Task Roles_are_alternatives_and_spaces_around_them_mean_nothing()
    {
        await using var world = await StartAsync("kim/mod");
        var vault = world.Client.GetProxy<IVault>();
        Assert.Equal("kim", await vault.WhoAsync());
        Assert.Equal(1, await vault.ModerateAsync(1));
        await DeniedAsync(RpcStatusCode.PermissionDenied, () => vault.DrinkAsync(1).AsTask());
        await DeniedAsync(RpcStatusCode.PermissionDenied, async () => await vault.WatchAsync(3).GetAsyncEnumerator().MoveNextAsync());
    }

    [Fact]
    public async Task A_policy_decides_by_the_caller()
    {
        await using var world = await StartAsync("kim/adult");
        var vault = world.Client.GetProxy<IVault>();
        Assert.Equal(2, await vault.DrinkAsync(2));
        await DeniedAsync(RpcStatusCode.PermissionDenied, () => vault.ModerateAsync(1).AsTask());
        Assert.Equal(6, await vault.PourAsync(Items(1, 2, 3)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_that_is_asked_must_be_met_and_a_policy_may_take_its_time(bool isMet)
    {
        await using var world = await StartAsync("kim/adult,member");
        var vault = world.Client.GetProxy<IVault>();
        var call = vault.BothAsync(7).AsTask();
        Assert.Equal(2, await vault.DrinkAsync(2));
        Assert.False(call.IsCompleted);
        _slow.SetResult(isMet);
        if (isMet)
        {
            Assert.Equal(7, await call.WaitAsync(World.Patience));
        }
        else
        {
            await DeniedAsync(RpcStatusCode.PermissionDenied, () => call);
        }
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_its_policy_decides_ends()
    {
        await using var world = await StartAsync("kim/adult,member");
        await using var peer = await RawPeer.OpenAsync(world, Join(Limits(), Field(8, Join(WireText("Bearer"), "kim/adult,member"u8.ToArray()))));
        await peer.SendAsync(Of(Request, Id(0), Method("BothAsync", Contract), [1], Int(1)), Of(Cancel, Id(0)), Of(Request, Id(1), Method("OpenAsync", Contract), [1], Int(9)));
        Assert.Equal(1, (await peer.ReadAsync(Response)).CallId);
        _slow.SetResult(false);
        Assert.Equal((byte)RpcStatusCode.PermissionDenied, (await peer.ReadAsync(Fault)).Code);
    }

    [Fact]
    public async Task A_policy_that_fails_denies()
    {
        var log = new RecordingLoggerFactory();
        await using var world = await StartAsync("kim", log: log);
        await DeniedAsync(RpcStatusCode.PermissionDenied, () => world.Client.GetProxy<IVault>().BrokenAsync().AsTask());
        Assert.Contains("broken", Assert.Single(log.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "ModerateAsync", RpcStatusCode.Unauthenticated)]
    [InlineData("kim", "ModerateAsync", RpcStatusCode.PermissionDenied)]
    [InlineData("kim", "DrinkAsync", RpcStatusCode.PermissionDenied)]
    public async Task What_is_denied_is_not_decoded(string? token, string method, RpcStatusCode status)
    {
        await using var world = await StartAsync(token);
        await using var peer = await RawPeer.OpenAsync(
            world, Join(Limits(), token is null ? [] : Field(8, Join(WireText("Bearer"), System.Text.Encoding.UTF8.GetBytes(token)))));
        await peer.SendAsync(Of(Request, Id(0), Method(method, Contract), [250, 1, 2]));
        Assert.Equal((byte)status, (await peer.ReadAsync(Fault)).Code);
    }

    [Fact]
    public async Task A_denied_one_way_call_is_dropped_counted_and_does_not_fill_the_log()
    {
        var dropped = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Name == "rpc.server.oneway.dropped")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref dropped, value));
        listener.Start();
        var log = new RecordingLoggerFactory();
        await using var world = await StartAsync("kim", log: log, time: new ManualTimeProvider());
        var vault = world.Client.GetProxy<IVault>();
        for (var i = 0; i < 50; i++)
        {
            vault.Drop(i);
            vault.Spill(i);
        }

        Assert.Equal(1, await vault.OpenAsync(1));
        await Eventually.TrueAsync(() => Interlocked.Read(ref dropped) >= 100);
        Assert.Equal(1, _vault.Entered);
        Assert.Single(log.Entries, static entry => entry.Message.Contains("denied", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_everything_must_be_said_what_is_not_said_is_denied()
    {
        await using var world = await StartAsync("kim", requireAuthorization: true);
        await DeniedAsync(RpcStatusCode.PermissionDenied, () => world.Proxy.AddAsync(1, 2).AsTask());
        Assert.Equal("kim", await world.Client.GetProxy<IVault>().WhoAsync());
        Assert.Equal(1, await world.Client.GetProxy<IVault>().OpenAsync(1));
    }

    [Fact]
    public async Task Where_everything_must_be_said_nobody_does_not_learn_what_there_is()
    {
        await using var world = await StartAsync(null, requireAuthorization: true);
        await DeniedAsync(RpcStatusCode.Unauthenticated, () => world.Proxy.AddAsync(1, 2).AsTask());
        await using var peer = await RawPeer.OpenAsync(world);
        await peer.SendAsync(Of(Request, Id(0), Method("NoSuchMethod"), [0]));
        var fault = await peer.ReadAsync(Fault);
        Assert.Equal((byte)RpcStatusCode.Unimplemented, fault.Code);
        Assert.DoesNotContain("IVault", fault.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_may_refuse_its_server()
    {
        await using var world = await World.StartAsync(_ => new TestService(), client: static options =>
        {
            options.Serve<IVault>(new Vault());
            options.Policies.Add("adult", static _ => true).Add("slow", static _ => true).Add("broken", static _ => true);
            options.RateLimit.PerMethod("few", Security.Limits.None);
        });
        var vault = world.ServerSide.GetProxy<IVault>();
        await DeniedAsync(RpcStatusCode.Unauthenticated, () => vault.WhoAsync().AsTask());
        Assert.Equal(4, await vault.OpenAsync(4));
    }

    [Fact]
    public void A_policy_or_limit_that_is_not_known_is_noticed_before_the_first_call()
    {
        var policy = Assert.Throws<InvalidOperationException>(() => RpcServer.Create(static rpc =>
        {
            rpc.AddService<IVault>(new Vault());
            rpc.Policies.Add("slow", static _ => true).Add("broken", static _ => true);
            rpc.RateLimit.PerMethod("few", Security.Limits.None);
        }));
        Assert.Contains("'adult'", policy.Message, StringComparison.Ordinal);
        var limit = Assert.Throws<InvalidOperationException>(() => RpcServer.Create(static rpc =>
        {
            rpc.AddService<IVault>(new Vault());
            rpc.Policies.Add("slow", static _ => true).Add("broken", static _ => true).Add("adult", static _ => true);
        }));
        Assert.Contains("'few'", limit.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new RpcPolicies().Add("a", static _ => true).Add("a", static _ => true));
        Assert.Throws<ArgumentException>(() => new RpcPolicies().Add("", static _ => true));
    }

    private static async Task DeniedAsync(RpcStatusCode status, Func<Task> call)
    {
        var denied = await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(World.Patience));
        Assert.Equal(status, denied.StatusCode);
        Assert.Equal(status == RpcStatusCode.Unauthenticated ? "The call needs a caller with an identity." : "The caller may not make this call.", denied.Message);
    }

    private static async IAsyncEnumerable<int> Items(params int[] items)
    {
        foreach (var item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }

    private Task<World> StartAsync(string? token, bool requireAuthorization = false, RecordingLoggerFactory? log = null, TimeProvider? time = null) => World.StartAsync(
        _ => new TestService(),
        rpc =>
        {
            rpc.AddService<IVault>(_vault);
            rpc.Options.RequireAuthorization = requireAuthorization;
            rpc.Options.TimeProvider = time ?? TimeProvider.System;
            rpc.Policies
                .Add("adult", static user => user.IsInRole("adult"))
                .Add("slow", async context => context.Method.Name == "BothAsync" && context.Connection.State == RpcConnectionState.Open && await _slow.Task)
                .Add("broken", static (System.Security.Claims.ClaimsPrincipal _) => throw new InvalidOperationException("policy"));
            rpc.RateLimit.PerMethod("few", Security.Limits.None);
            if (log is not null)
            {
                rpc.Options.LoggerFactory = log;
            }

            rpc.Authenticate((context, cancellation) => context.Credentials is null
                ? new(RpcAuthenticationResult.Anonymous())
                : Tokens.Authenticator()(context, cancellation));
        },
        options => options.Credentials = token is null ? null : Tokens.Bearer(token));
}
