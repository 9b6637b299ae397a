using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Faults;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Shapes;

/// <summary>A server and a client over some kind of transport. Disposing it checks that neither logged a warning and that both ends have closed.</summary>
internal sealed class Net : IAsyncDisposable
{
    private static int s_names;

    private readonly RecordingLoggerFactory _log;

    private Net(RpcServer server, ShapesService service, RecordingLoggerFactory log)
    {
        Server = server;
        Service = service;
        _log = log;
    }

    public RpcServer Server { get; }

    public ShapesService Service { get; }

    public RpcClient Client { get; private set; } = null!;

    public RpcConnection ServerSide { get; private set; } = null!;

    public IShapes Proxy => Client.GetProxy<IShapes>();

    public static async Task<Net> StartAsync(
        TransportKind kind, Action<RpcServerBuilder>? server = null, Action<RpcClientOptions>? client = null, int seed = 1, Action<RpcConnection>? connected = null, bool sequential = false)
    {
        var (service, log) = (new ShapesService(), new RecordingLoggerFactory());
        var (toServer, toClient, address) = Create(kind, seed);
        var built = RpcServer.Create(rpc =>
        {
            // One at a time: the order in which calls start is what the tests of order see, also on a machine that holds a thread up.
            rpc.AddService<IShapes>(_ => service, options => options.Sequential = sequential);
            rpc.AddTransport(toServer);
            rpc.Options.LoggerFactory = log;
            server?.Invoke(rpc);
        });
        var net = new Net(built, service, log);
        var opened = new TaskCompletionSource<RpcConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        built.Connected += connection => opened.TrySetResult(connection);
        built.Connected += connected;
        await built.StartAsync();
        net.Client = await RpcClient.ConnectAsync(address, options =>
        {
            options.AddTransport(toClient);
            options.LoggerFactory = log;
            options.Serve<IShapesClient>(new ShapesClient());
            client?.Invoke(options);
        }).AsTask().WaitAsync(World.Patience);
        net.ServerSide = await opened.Task.WaitAsync(World.Patience);
        return net;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().AsTask().WaitAsync(World.Patience);
        await Server.DisposeAsync().AsTask().WaitAsync(World.Patience);
        Assert.Empty(Server.Connections);
        Assert.Equal(RpcConnectionState.Closed, ServerSide.State);
        Assert.DoesNotContain(_log.Entries, static entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    private static (IRpcServerTransport Server, IRpcClientTransport Client, Uri Address) Create(TransportKind kind, int seed)
    {
        if (kind is TransportKind.Messages or TransportKind.ReorderedMessages)
        {
            var name = $"net-{Interlocked.Increment(ref s_names)}";
            var options = new MessagePairOptions { Seed = seed, Reordering = kind == TransportKind.ReorderedMessages ? 0.5 : 0 };
            return (MessagePairTransport.CreateServerTransport(name), new MessagePairTransport(options), new Uri($"{MessagePairTransport.Scheme}://{name}"));
        }

        var pair = kind == TransportKind.OneByteAtATime
            ? new PairTransport(static inner => new OneByteAtATimeConnection(inner), static inner => new OneByteAtATimeConnection(inner))
            : new PairTransport();
        return (pair, pair, pair.Address);
    }
}

/// <summary>What carries the bytes of a test.</summary>
public enum TransportKind
{
    InProcess,
    OneByteAtATime,
    Messages,
    ReorderedMessages,
}
