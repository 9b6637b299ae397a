using Microsoft.Extensions.Logging;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Sessions;

/// <summary>A server, a client that comes back, and the connections between them, which a test can cut.</summary>
internal sealed class SessionWorld : IAsyncDisposable
{
    private readonly List<StreamTransportConnection> _ends = [];
    private TaskCompletionSource? _hanging;

    private SessionWorld()
    {
    }

    public RecordingLoggerFactory Log { get; } = new();

    public PairTransport Transport { get; private set; } = null!;

    public RpcServer Server { get; private set; } = null!;

    public RpcClient Client { get; private set; } = null!;

    public TestService Service { get; } = new();

    public TestClient ClientService { get; } = new();

    public RpcConnection ServerSide { get; private set; } = null!;

    /// <summary>Connections that were made.</summary>
    public int Connections { get; private set; }

    /// <summary>Whether further connections are refused by the network.</summary>
    public bool IsDown { get; set; }

    public ITestService Proxy => Client.GetProxy<ITestService>();

    /// <param name="client">Options of the client.</param>
    /// <param name="server">Options of the server.</param>
    /// <param name="wrap">Puts a fault around the client's end of a connection, by its number from 0.</param>
    /// <param name="wrapServer">The same for the server's end.</param>
    public static async Task<SessionWorld> StartAsync(
        Action<RpcClientOptions>? client = null,
        Action<RpcServerBuilder>? server = null,
        Func<int, StreamTransportConnection, StreamTransportConnection>? wrap = null,
        Func<int, StreamTransportConnection, StreamTransportConnection>? wrapServer = null)
    {
        var world = new SessionWorld();
        world.Transport = new PairTransport(
            connection => world.Made(wrap?.Invoke(world.Connections, connection) ?? connection, counts: true),
            connection => world.Made(wrapServer?.Invoke(world.Connections, connection) ?? connection, counts: false));
        var opened = new TaskCompletionSource<RpcConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Server = RpcServer.Create(rpc =>
        {
            rpc.AddService<ITestService>(_ => world.Service);
            rpc.AddTransport(world.Transport);
            rpc.Options.LoggerFactory = world.Log;
            server?.Invoke(rpc);
        });
        world.Server.Connected += connection => opened.TrySetResult(connection);
        await world.Server.StartAsync();
        world.Client = await RpcClient.ConnectAsync(world.Transport.Address, options =>
        {
            options.AddTransport(new Network(world));
            options.LoggerFactory = world.Log;
            options.Reconnect = Quick();
            options.Serve<ITestClient>(world.ClientService);
            client?.Invoke(options);
        }).AsTask().WaitAsync(World.Patience);
        world.ServerSide = await opened.Task.WaitAsync(World.Patience);
        return world;
    }

    /// <summary>Comes back without delay.</summary>
    public static RpcReconnectOptions Quick() => new() { InitialDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero };

    /// <summary>Cuts the newest connection at both ends.</summary>
    public void Cut()
    {
        lock (_ends)
        {
            _ends[^1].Abort();
            _ends[^2].Abort();
        }
    }

    /// <summary>Leaves the newest connections, which a test has made itself, out of what is counted and cut.</summary>
    public void Forget(int connections)
    {
        lock (_ends)
        {
            _ends.RemoveRange(_ends.Count - (2 * connections), 2 * connections);
            Connections -= connections;
        }
    }

    /// <summary>Loses the connection, and the network with it.</summary>
    /// <param name="state">The state that the client comes to.</param>
    public async Task LoseAsync(RpcClientState state = RpcClientState.Reconnecting)
    {
        IsDown = true;
        Cut();
        await WhenAsync(state);
    }

    /// <summary>From now on connecting ends when it is given up, and no sooner.</summary>
    /// <returns>A task that ends when somebody tries.</returns>
    public Task Hang()
    {
        _hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _hanging.Task;
    }

    public async Task WhenAsync(RpcClientState state) => await Eventually.TrueAsync(() => Client.Status.State == state);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().AsTask().WaitAsync(World.Patience);
        await Server.DisposeAsync().AsTask().WaitAsync(World.Patience);
        Assert.Empty(Server.Connections);
        Assert.Empty(Log.Errors);
    }

    private StreamTransportConnection Made(StreamTransportConnection connection, bool counts)
    {
        lock (_ends)
        {
            _ends.Add(connection);
            Connections += counts ? 1 : 0;
        }

        return connection;
    }

    private sealed class Network(SessionWorld world) : IRpcClientTransport
    {
        public IReadOnlyCollection<string> Schemes => world.Transport.Schemes;

        public async ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
        {
            if (world._hanging is { } hanging)
            {
                hanging.TrySetResult();
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            return world.IsDown
                ? throw new TransportException(TransportError.HostUnreachable, "The network is down.")
                : await world.Transport.ConnectAsync(address, cancellationToken);
        }
    }
}
