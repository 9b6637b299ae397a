using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Support;

/// <summary>A test with listeners, raw peers and connections that are freed after it; an error in the log fails it.</summary>
public abstract class ListenerTest : IAsyncLifetime, IClassFixture<UnobservedExceptionGuard>
{
    private readonly List<IAsyncDisposable> _owned = [];

    internal ManualTimeProvider Time { get; } = new();

    internal TestLog Log { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
        }

        Assert.Empty(Log.Errors);
    }

    internal T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    internal async Task<WebSocketListener> ListenAsync(WebSocketListenOptions? options = null, string url = "http://127.0.0.1:0/rpc") =>
        (WebSocketListener)Own(await new WebSocketServerTransport(url, options).ListenAsync(new ListenContext(Time, Log), default));

    internal async Task<RawPeer> ConnectRawAsync(IRpcListener listener) => Own(await RawPeer.ConnectAsync(listener.Address));

    internal async Task<StreamTransportConnection> AcceptAsync(IRpcListener listener) =>
        (StreamTransportConnection)Own((await listener.AcceptAsync(default).AsTask().WaitAsync(TestTimeouts.HangGuard))!);

    internal async Task<(RawPeer Peer, StreamTransportConnection Server)> UpgradeAsync()
    {
        var listener = await ListenAsync();
        var peer = await ConnectRawAsync(listener);
        await peer.UpgradeAsync();
        return (peer, await AcceptAsync(listener));
    }
}
