using System.Diagnostics;
using System.Net;
using Rpc.Client;
using Rpc.Server;
using Rpc.Testing;
using Rpc.Transport.Conformance;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Sessions;

/// <summary>A server, a client that comes back, and a network between them that can fall silent.</summary>
internal sealed class SessionWorld : IAsyncDisposable
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly NetworkConditions s_silence = new() { IsBlackhole = true };

    private SessionWorld()
    {
    }

    internal RecordingLoggerFactory Log { get; } = new();

    internal Journal Journal { get; } = new();

    internal Journal ClientJournal { get; } = new();

    internal RpcServer Server { get; private set; } = null!;

    internal UdpRelay Relay { get; private set; } = null!;

    internal RpcClient Client { get; private set; } = null!;

    internal RpcConnection ServerSide { get; private set; } = null!;

    internal IJournal Proxy => Client.GetProxy<IJournal>();

    internal IPEndPoint ServerEndPoint { get; private set; } = null!;

    internal static async Task<SessionWorld> StartAsync(
        Action<RpcClientOptions, SessionWorld>? client = null, Action<RpcServerBuilder>? server = null)
    {
        var world = new SessionWorld();
        world.Server = world.CreateServer(server);
        var opened = new TaskCompletionSource<RpcConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Server.Connected += connection => opened.TrySetResult(connection);
        await world.Server.StartAsync();
        world.ServerEndPoint = new IPEndPoint(IPAddress.Loopback, world.Server.Addresses.Single().Port);
        world.Relay = new UdpRelay(world.ServerEndPoint, NetworkConditions.Perfect);
        world.Client = await RpcClient.ConnectAsync($"udp://{world.Relay.EndPoint}", options =>
        {
            options.UseUdp(static udp =>
            {
                udp.AllowInsecure = true;
                udp.IdleTimeout = TimeSpan.FromSeconds(1);
            });
            options.LoggerFactory = world.Log;
            options.Reconnect = new RpcReconnectOptions { InitialDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero };
            options.Serve<IJournalClient>(world.ClientJournal);
            client?.Invoke(options, world);
        }).AsTask().WaitAsync(Patience);
        world.ServerSide = await opened.Task.WaitAsync(Patience);
        return world;
    }

    /// <summary>Makes another server, which knows nothing of the one before.</summary>
    internal async Task RestartAsync()
    {
        Server = CreateServer(null);
        await Server.StartAsync().WaitAsync(Patience);
        Relay.Server = new IPEndPoint(IPAddress.Loopback, Server.Addresses.Single().Port);
    }

    private RpcServer CreateServer(Action<RpcServerBuilder>? server) => RpcServer.Create(rpc =>
    {
        rpc.AddService<IJournal>(_ => Journal);
        rpc.Options.LoggerFactory = Log;
        rpc.Options.SessionGracePeriod = TimeSpan.FromMinutes(10);
        rpc.ListenUdp(IPAddress.Loopback, 0, static udp =>
        {
            udp.AllowInsecure = true;
            udp.IdleTimeout = TimeSpan.FromSeconds(1);
        });
        server?.Invoke(rpc);
    });

    /// <summary>From now on nothing passes.</summary>
    internal void FallSilent() => Relay.ToServer = Relay.ToClient = s_silence;

    internal void Speak() => Relay.ToServer = Relay.ToClient = NetworkConditions.Perfect;

    /// <summary>Nothing passes until both sides have noticed.</summary>
    internal async Task InterruptAsync()
    {
        FallSilent();
        await TrueAsync(() => Client.Connection.IsInterrupted && ServerSide.IsInterrupted && Client.Status.State == RpcClientState.Reconnecting);
    }

    internal static async Task TrueAsync(Func<bool> condition)
    {
        for (var start = Stopwatch.GetTimestamp(); !condition(); await Task.Yield())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "It never became true.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Speak();
        await Client.DisposeAsync().AsTask().WaitAsync(Patience);
        await Server.DisposeAsync().AsTask().WaitAsync(Patience);
        await Relay.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Empty(Server.Connections);
        Assert.Empty(Log.Errors);
    }
}
