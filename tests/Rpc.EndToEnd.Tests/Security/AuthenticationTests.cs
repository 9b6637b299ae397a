using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Client;
using Rpc.EndToEnd.Tests.Raw;
using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Faults;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Security;

public sealed class AuthenticationTests
{
    private const string Text = "The credentials were refused.";

    [Fact]
    public async Task A_bearer_token_tells_the_server_who_the_client_is()
    {
        string? seen = null;
        await using var world = await StartAsync(new TestService { OnRun = (_, _) => new((seen = RpcContext.Current!.User.Identity!.Name)!) }, "kim/admin");
        Assert.Equal("kim", await world.Proxy.RunAsync("who"));
        Assert.Equal("kim", seen);
        Assert.Equal("kim", world.ServerSide.User.Identity!.Name);
        Assert.True(world.ServerSide.User.IsInRole("admin"));
        Assert.Null(world.ServerSide.CredentialsExpire);
        Assert.False(world.Client.Connection.User.Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task Who_is_not_asked_is_anonymous_and_credentials_that_nobody_asks_for_do_no_harm()
    {
        await using var world = await World.StartAsync(_ => new TestService(), client: static options => options.Credentials = Tokens.Bearer("kim"));
        Assert.False(world.ServerSide.User.Identity!.IsAuthenticated);
        Assert.Same(world.ServerSide.User, world.ServerSide.User);
        await world.Client.RefreshCredentialsAsync().AsTask().WaitAsync(World.Patience);
        Assert.False(world.ServerSide.User.Identity!.IsAuthenticated);
    }

    [Fact]
    public async Task The_provider_is_asked_at_each_connect()
    {
        var asked = 0;
        await using var world = await StartAsync(new TestService(), "kim");
        for (var i = 1; i <= 3; i++)
        {
            await using var client = await world.ConnectAsync(options => options.Credentials = _ => new(new RpcCredentials("Bearer", "kim" + Interlocked.Increment(ref asked))));
            Assert.Equal(i, asked);
        }
    }

    [Theory]
    [InlineData("evil")]
    [InlineData("kim//0")]
    [InlineData("kim//-5")]
    [InlineData("kim//no number")]
    [InlineData(null)]
    public async Task A_refusal_is_typed_and_says_nothing_of_its_reason(string? token)
    {
        var log = new RecordingLoggerFactory();
        await using var world = await StartAsync(new TestService(), "kim", rpc => rpc.Options.LoggerFactory = log);
        var refused = await Assert.ThrowsAsync<RpcConnectException>(() => world.ConnectAsync(options => options.Credentials = token is null ? null : Tokens.Bearer(token)));
        Assert.Equal((RpcCloseReason.Refused, RpcStatusCode.Unauthenticated), (refused.Reason, refused.StatusCode));
        Assert.Contains(Text, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("number", refused.Message, StringComparison.Ordinal);
        await log.WhenLoggedAsync(static entry => entry.Id.Id is 30 or 31).WaitAsync(World.Patience);
        Assert.DoesNotContain(log.Entries, entry => token is not null && token != "evil" && entry.Message.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_refusals_are_the_same_on_the_wire()
    {
        await using var world = await StartAsync(new TestService(), "kim");
        foreach (var credentials in (byte[][])[[], RawFrame.Field(8, RawFrame.Join(RawFrame.WireText("Bearer"), "evil"u8.ToArray())), RawFrame.Field(8, [1, 65])])
        {
            await using var peer = await RawPeer.ConnectAsync(world);
            await peer.SendAsync(RawFrame.Preface, RawFrame.Of(RawFrame.Hello, RawFrame.Limits(), credentials));
            Assert.Equal((RpcCloseReason.Refused, Text), await peer.ReadRefusalAsync());
        }

        Assert.Single(world.Server.Connections);
    }

    [Fact]
    public async Task An_authenticator_that_takes_too_long_is_not_waited_for()
    {
        var time = new ManualTimeProvider();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var heeded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(_ => new TestService(), rpc =>
        {
            rpc.Options.TimeProvider = time;
            rpc.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            rpc.Authenticate(async (context, token) =>
            {
                if (context.PeerMetadata["slow"] is not null)
                {
                    token.Register(() => heeded.TrySetResult());
                    asked.SetResult();
                    await new TaskCompletionSource().Task;
                }

                return RpcAuthenticationResult.Anonymous();
            });
        });
        await using var peer = await RawPeer.ConnectAsync(world);
        await peer.SendAsync(RawFrame.Preface, RawFrame.Of(RawFrame.Hello, RawFrame.Limits(), RawFrame.Field(5, RawFrame.Join(RawFrame.WireText("slow"), RawFrame.WireText("1")))));
        await asked.Task.WaitAsync(World.Patience);
        time.Advance(TimeSpan.FromSeconds(10));
        await peer.ReadEndAsync();
        await heeded.Task.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task Credentials_longer_than_a_handshake_are_refused()
    {
        await using var world = await StartAsync(new TestService(), "kim");
        var refused = await Assert.ThrowsAsync<RpcConnectException>(() => world.ConnectAsync(static options => options.Credentials = Tokens.Bearer(new string('x', 70_000))));
        Assert.Equal(RpcCloseReason.ProtocolError, refused.Reason);
    }

    [Fact]
    public async Task A_provider_that_fails_fails_the_connect()
    {
        await using var world = await StartAsync(new TestService(), "kim");
        var failed = await Assert.ThrowsAsync<RpcConnectException>(() => world.ConnectAsync(static options => options.Credentials = _ => throw new IOException("no lobby")));
        Assert.Equal((RpcCloseReason.CredentialsExpired, RpcStatusCode.Unauthenticated), (failed.Reason, failed.StatusCode));
        Assert.IsType<IOException>(failed.InnerException);
    }

    [Fact]
    public void Credentials_do_not_show_their_secret()
    {
        Assert.Equal("Bearer (hidden)", new RpcCredentials("Bearer", "s3cret").ToString());
        Assert.Equal("s3cret", new RpcCredentials("Bearer", "s3cret").GetText());
        Assert.Throws<ArgumentException>(() => new RpcCredentials("", "x"));
    }

    [Fact]
    public async Task Credentials_do_not_leave_the_machine_unencrypted_unless_that_is_allowed()
    {
        var elsewhere = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 7000);
        await using var world = await StartAsync(new TestService(), "kim", transport: new PairTransport(client: inner => new Elsewhere(inner, elsewhere)), options: static options => options.AllowUnencryptedCredentials = true, expect: "unencrypted");
        var refused = await Assert.ThrowsAsync<RpcConnectException>(() => world.ConnectAsync(static options => options.Credentials = Tokens.Bearer("kim")));
        Assert.Equal(RpcStatusCode.FailedPrecondition, refused.StatusCode);

        // Without credentials there is nothing to lose: it is the server that objects.
        var anonymous = await Assert.ThrowsAsync<RpcConnectException>(() => world.ConnectAsync());
        Assert.Equal(RpcCloseReason.Refused, anonymous.Reason);
    }

    [Fact]
    public async Task An_authenticator_comes_from_the_container_with_a_scope_of_its_own()
    {
        await using var hosted = await Hosted.StartAsync(
            static rpc => rpc.AddService<ITestService>(_ => new TestService()).Authenticate<Doorman>(),
            static (services, _) => services.AddScoped<GuestList>());
        await using var client = await RpcClient.ConnectAsync(hosted.Address, static options => options.Credentials = Tokens.Bearer("kim"));
        await using var second = await RpcClient.ConnectAsync(hosted.Address, static options => options.Credentials = Tokens.Bearer("kim"));
        Assert.Equal(2, hosted.Server.Connections.Select(static connection => connection.User.FindFirst("list")!.Value).Distinct().Count());
        Assert.All(hosted.Server.Connections, static connection => Assert.Equal("kim", connection.User.Identity!.Name));
    }

    [Fact]
    public async Task An_authenticator_that_is_registered_is_the_one_asked()
    {
        var list = new GuestList();
        await using var hosted = await Hosted.StartAsync(
            static rpc => rpc.AddService<ITestService>(_ => new TestService()).Authenticate<Doorman>(),
            (services, _) => services.AddSingleton(new Doorman(list)));
        await using var client = await RpcClient.ConnectAsync(hosted.Address, static options => options.Credentials = Tokens.Bearer("kim"));
        Assert.Equal(list.Id.ToString(), Assert.Single(hosted.Server.Connections).User.FindFirst("list")!.Value);
    }

    private static async Task<World> StartAsync(
        TestService service, string token, Action<RpcServerBuilder>? server = null, PairTransport? transport = null, Action<RpcClientOptions>? options = null, string? expect = null)
    {
        var log = new RecordingLoggerFactory();
        var world = await World.StartAsync(
            _ => service,
            rpc =>
            {
                rpc.Authenticate(Tokens.Authenticator(TimeProvider.System));
                server?.Invoke(rpc);
            },
            client =>
            {
                client.Credentials = Tokens.Bearer(token);
                options?.Invoke(client);
                if (expect is not null)
                {
                    client.LoggerFactory = log;
                }
            },
            transport);
        Assert.Equal(expect is not null, log.Entries.Any(entry => entry.Message.Contains(expect ?? "", StringComparison.Ordinal)));
        return world;
    }

    /// <summary>A connection that seems to go over a network.</summary>
    private sealed class Elsewhere(StreamTransportConnection inner, EndPoint remote) : FaultConnection(inner)
    {
        public override EndPoint? RemoteEndPoint => remote;
    }

    private sealed class GuestList
    {
        public Guid Id { get; } = Guid.NewGuid();
    }

    private sealed class Doorman(GuestList list) : IRpcAuthenticator
    {
        public ValueTask<RpcAuthenticationResult> AuthenticateAsync(RpcAuthenticationContext context, CancellationToken cancellationToken) => new(RpcAuthenticationResult.Success(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, context.Credentials!.GetText()), new Claim("list", list.Id.ToString())], "Test"))));
    }
}
