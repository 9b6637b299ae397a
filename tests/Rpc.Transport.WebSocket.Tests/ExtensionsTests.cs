using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests;

public sealed class ExtensionsTests : ListenerTest
{
    [Fact]
    public async Task A_server_and_a_client_are_configured_by_their_extensions()
    {
        var transports = new TransportCollection();
        Assert.Same(transports, transports.ListenWebSocket("http://127.0.0.1:0/rpc", options => options.AllowedOrigins.Add("https://game.example")));
        Assert.Same(transports, transports.UseWebSocket(options =>
        {
            options.UseProxy = false;
            options.Headers["Origin"] = "https://game.example";
        }));
        var listener = Own(await transports.Single.ListenAsync(new ListenContext(Time, Log), default));

        var connect = transports.ClientTransports.Single().ConnectAsync(listener.Address, default);
        await AcceptAsync(listener);
        Own(await connect.AsTask().WaitAsync(TestTimeouts.HangGuard));
    }

    [Fact]
    public void A_mistake_is_found_when_the_address_is_added()
    {
        var transports = new TransportCollection();
        Assert.Throws<ArgumentException>(() => transports.ListenWebSocket("tcp://*:1"));
        Assert.Throws<ArgumentException>(() => transports.ListenWebSocket("http://*:1", static options => options.Backlog = 0));
        Assert.Throws<ArgumentNullException>(() => transports.UseWebSocket(null!));
        Assert.Empty(transports.ServerTransports);
        Assert.Empty(transports.ClientTransports);
    }
}
