using Rpc.EndToEnd.Tests.Raw;
using Rpc.Server;
using Rpc.Transport.Conformance;
using static Rpc.EndToEnd.Tests.Raw.RawFrame;

namespace Rpc.EndToEnd.Tests.Security;

public sealed class RefreshTests
{
    private const byte Refresh = 0x34, Refreshed = 0x35;

    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _tokens = ["kim/user/100"];

    [Fact]
    public async Task Credentials_are_refreshed_before_they_expire_and_the_user_is_replaced()
    {
        await using var world = await StartAsync();
        Assert.Equal(_time.GetUtcNow().AddSeconds(100), world.Client.Connection.CredentialsExpire);
        Assert.Equal(_time.GetUtcNow().AddSeconds(100), world.ServerSide.CredentialsExpire);
        _tokens.Add("kim/admin/100");
        _time.Advance(TimeSpan.FromSeconds(70));
        await Eventually.TrueAsync(() => world.ServerSide.User.IsInRole("admin"));
        await Eventually.TrueAsync(() => world.Client.Connection.CredentialsExpire == _time.GetUtcNow().AddSeconds(100));
        Assert.False(world.ServerSide.User.IsInRole("user"));

        // Past the first expiry.
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Short_credentials_are_refreshed_when_half_of_their_life_is_over()
    {
        _tokens[0] = "kim//10";
        await using var world = await StartAsync();
        _tokens.Add("kim/second/10");
        _time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => world.ServerSide.User.IsInRole("second"));
    }

    [Fact]
    public async Task Credentials_that_are_not_refreshed_end_the_connection_with_a_reason()
    {
        await using var world = await StartAsync();
        await using var peer = await OpenAsync(world, "kim//5");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((RpcCloseReason.CredentialsExpired, "The credentials have expired."), await peer.ReadFarewellAsync());
        Assert.Equal(RpcCloseReason.CredentialsExpired, (await peer.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task A_provider_that_fails_is_asked_again_until_the_credentials_expire()
    {
        var log = new RecordingLoggerFactory();
        await using var world = await StartAsync(log: log);
        var failures = 0;
        _provide = () => ++failures == 1 ? throw new IOException("no lobby") : "kim/late/100";
        _time.Advance(TimeSpan.FromSeconds(70));
        await log.WhenLoggedAsync(static entry => entry.Message.Contains("no lobby", StringComparison.Ordinal)).WaitAsync(World.Patience);

        // A quarter of the rest later.
        _time.Advance(TimeSpan.FromSeconds(7.5));
        await Eventually.TrueAsync(() => world.ServerSide.User.IsInRole("late"));
    }

    [Fact]
    public async Task Credentials_are_refreshed_when_asked()
    {
        await using var world = await StartAsync();
        _tokens.Add("kim/promoted");
        await world.Client.RefreshCredentialsAsync().AsTask().WaitAsync(World.Patience);
        Assert.True(world.ServerSide.User.IsInRole("promoted"));
        Assert.Null(world.Client.Connection.CredentialsExpire);
        _time.Advance(TimeSpan.FromDays(100));
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Theory]
    [InlineData("mallory")]
    [InlineData("evil")]
    [InlineData("kim//-1")]
    public async Task A_refresh_that_is_refused_or_somebody_elses_ends_the_connection(string token)
    {
        await using var world = await StartAsync();
        world.Expect("was ended");
        _tokens.Add(token);
        var refused = await Assert.ThrowsAsync<RpcException>(() => world.Client.RefreshCredentialsAsync().AsTask().WaitAsync(World.Patience));
        Assert.Equal(RpcStatusCode.Unauthenticated, refused.StatusCode);
        var closed = await world.Client.Connection.Closed.WaitAsync(World.Patience);
        Assert.Equal((RpcCloseReason.Refused, true, "The credentials were refused."), (closed.Reason, closed.ByPeer, closed.Message));
        Assert.Equal("kim", world.ServerSide.User.Identity!.Name);
    }

    [Fact]
    public async Task An_authenticator_that_fails_leaves_the_old_credentials_in_force()
    {
        await using var world = await StartAsync();
        _tokens.Add("kim//no number");
        var failed = await Assert.ThrowsAsync<RpcException>(() => world.Client.RefreshCredentialsAsync().AsTask().WaitAsync(World.Patience));
        Assert.Equal(RpcStatusCode.Unavailable, failed.StatusCode);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        _tokens.Add("kim/again");
        await world.Client.RefreshCredentialsAsync().AsTask().WaitAsync(World.Patience);
        Assert.True(world.ServerSide.User.IsInRole("again"));
    }

    [Fact]
    public async Task A_side_without_a_provider_has_nothing_to_refresh()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.Client.RefreshCredentialsAsync().AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.ServerSide.RefreshCredentialsAsync().AsTask());
    }

    [Fact]
    public async Task A_refresh_on_a_connection_that_ends_fails()
    {
        await using var world = await StartAsync();
        await world.Client.DisposeAsync();
        var failed = await Assert.ThrowsAsync<RpcException>(() => world.Client.RefreshCredentialsAsync().AsTask().WaitAsync(World.Patience));
        Assert.Equal(RpcStatusCode.Unavailable, failed.StatusCode);
    }

    [Fact]
    public async Task A_flood_of_refreshes_ends_the_connection()
    {
        await using var world = await StartAsync();
        await using var peer = await OpenAsync(world, "kim");
        for (var i = 0; i < 5; i++)
        {
            await peer.SendAsync(RefreshOf("kim"));
            Assert.Equal([0, 0, 0, 0, 0], (await peer.ReadAsync(Refreshed)).Body);
        }

        await peer.SendAsync(RefreshOf("kim"));
        Assert.Equal(RpcCloseReason.ResourceExhausted, (await peer.ReadFarewellAsync()).Reason);
    }

    [Fact]
    public async Task A_second_refresh_while_one_is_under_way_ends_the_connection()
    {
        var never = new TaskCompletionSource<RpcAuthenticationResult>();
        await using var world = await StartAsync((context, token) => context.CurrentUser is null ? Tokens.Authenticator(_time)(context, token) : new(never.Task));
        await using var peer = await OpenAsync(world, "kim");
        await peer.SendAsync(RefreshOf("kim"), RefreshOf("kim"));
        Assert.Equal(RpcCloseReason.ProtocolError, (await peer.ReadFarewellAsync()).Reason);
    }

    [Theory]
    [InlineData(Refresh, new byte[] { })]
    [InlineData(Refresh, new byte[] { 0 })]
    [InlineData(Refresh, new byte[] { 50, 65 })]
    [InlineData(Refreshed, new byte[] { 0 })]
    [InlineData(Refreshed, new byte[] { 0, 0, 0, 0, 0 })]
    [InlineData(Refreshed, new byte[] { 0, 0, 0, 0, 0x80 })]
    public async Task A_malformed_refresh_and_an_answer_to_none_end_the_connection(byte type, byte[] body)
    {
        await using var world = await StartAsync();
        await using var peer = await OpenAsync(world, "kim");
        await peer.SendAsync(Of(type, body));
        Assert.Equal(RpcCloseReason.ProtocolError, (await peer.ReadFarewellAsync()).Reason);
    }

    [Fact]
    public async Task Credentials_longer_than_a_handshake_end_the_connection()
    {
        await using var world = await StartAsync();
        await using var peer = await OpenAsync(world, "kim");
        await peer.SendAsync(RefreshOf(new string('x', 65 * 1024)));
        Assert.Equal(RpcCloseReason.ProtocolError, (await peer.ReadFarewellAsync()).Reason);
    }

    private Func<string>? _provide;

    private static byte[] RefreshOf(string token) => Of(Refresh, CredentialsOf(token));

    private static byte[] CredentialsOf(string token) => Join(WireText("Bearer"), System.Text.Encoding.UTF8.GetBytes(token));

    private static Task<RawPeer> OpenAsync(World world, string token) => RawPeer.OpenAsync(world, Join(Limits(), Field(8, CredentialsOf(token))));

    private Task<World> StartAsync(Func<RpcAuthenticationContext, CancellationToken, ValueTask<RpcAuthenticationResult>>? authenticator = null, RecordingLoggerFactory? log = null) => World.StartAsync(
        _ => new TestService(),
        rpc =>
        {
            rpc.Options.TimeProvider = _time;
            rpc.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            rpc.Authenticate(authenticator ?? Tokens.Authenticator(_time));
        },
        options =>
        {
            options.TimeProvider = _time;
            options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            options.LoggerFactory = log ?? options.LoggerFactory;
            options.Credentials = _ => new(new RpcCredentials("Bearer", _provide?.Invoke() ?? _tokens[^1]));
        });
}
