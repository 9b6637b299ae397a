using System.Net;
using System.Security.Claims;
using System.Threading.Channels;
using Rpc.Client;
using Rpc.Server;
using Xunit;

namespace Rpc.Transport.Udp.Tests.EndToEnd;

public sealed class AuthenticationTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Credentials_travel_in_messages_are_refreshed_there_and_refused()
    {
        var heard = Channel.CreateUnbounded<(string, int)>();
        await using var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IField>(connection => new Field(connection, heard));
            rpc.ListenUdp(IPAddress.Loopback, 0, static udp => udp.AllowInsecure = true);
            rpc.Authenticate(static (context, _) => new(context.Credentials?.GetText() is { } token && token != "evil"
                ? RpcAuthenticationResult.Success(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "kim"), new Claim("token", token)], "Test")))
                : RpcAuthenticationResult.Failure("no token")));
        });
        await server.StartAsync().WaitAsync(s_patience);
        var token = "first";
        await using var client = await ConnectAsync(_ => new(new RpcCredentials("Bearer", token)));
        // A call that was answered: by then the server has listed the connection, which a client may know of first.
        Assert.Equal(5, await client.GetProxy<IField>().AddAsync(2, 3).AsTask().WaitAsync(s_patience));
        Assert.Equal("first", Assert.Single(server.Connections).User.FindFirst("token")!.Value);

        token = "second";
        await client.RefreshCredentialsAsync().AsTask().WaitAsync(s_patience);
        Assert.Equal("second", Assert.Single(server.Connections).User.FindFirst("token")!.Value);

        foreach (var refused in (Func<CancellationToken, ValueTask<RpcCredentials?>>?[])[null, static _ => new(new RpcCredentials("Bearer", "evil"))])
        {
            var exception = await Assert.ThrowsAsync<RpcConnectException>(() => ConnectAsync(refused));
            Assert.Equal((RpcCloseReason.Refused, RpcStatusCode.Unauthenticated), (exception.Reason, exception.StatusCode));
        }

        async Task<RpcClient> ConnectAsync(Func<CancellationToken, ValueTask<RpcCredentials?>>? credentials) =>
            await RpcClient.ConnectAsync(server.Addresses.Single(), options =>
            {
                options.UseUdp(static udp => udp.AllowInsecure = true);
                options.Credentials = credentials;
            }).AsTask().WaitAsync(s_patience);
    }
}
