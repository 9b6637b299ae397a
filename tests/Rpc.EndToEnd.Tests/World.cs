using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rpc.Client;
using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

/// <summary>A server and a client of one test. Disposing it checks that nothing unexpected was logged and that every connection has ended.</summary>
internal sealed class World : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ErrorLog _log = new();

    private World(RpcServer server, PairTransport transport)
    {
        Server = server;
        Transport = transport;
    }

    public RpcServer Server { get; }

    public PairTransport Transport { get; }

    public RpcClient Client { get; private set; } = null!;

    /// <summary>The server's end of the client's connection.</summary>
    public RpcConnection ServerSide { get; private set; } = null!;

    /// <summary>Errors that the test provokes, by a part of their text.</summary>
    public World Expect(string text)
    {
        _log.Expected.Add(text);
        return this;
    }

    public static async Task<World> StartAsync(
        Func<RpcConnection, ITestService> service,
        Action<RpcServerBuilder>? server = null,
        Action<RpcClientOptions>? client = null,
        PairTransport? transport = null,
        Action<RpcServiceOptions>? serviceOptions = null)
    {
        transport ??= new PairTransport();
        World world = null!;
        var built = RpcServer.Create(rpc =>
        {
            rpc.AddService(service, serviceOptions);
            rpc.AddTransport(transport);
            server?.Invoke(rpc);
        });
        world = new World(built, transport);
        var opened = new TaskCompletionSource<RpcConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        built.Connected += connection => opened.TrySetResult(connection);
        await built.StartAsync();
        world.Client = await world.ConnectAsync(client);
        world.ServerSide = await opened.Task.WaitAsync(Patience);
        return world;
    }

    public async Task<RpcClient> ConnectAsync(Action<RpcClientOptions>? configure = null) =>
        await RpcClient.ConnectAsync(Transport.Address, options =>
        {
            options.AddTransport(Transport);
            options.LoggerFactory = _log;
            configure?.Invoke(options);
        }).AsTask().WaitAsync(Patience);

    public ITestService Proxy => Client.GetProxy<ITestService>();

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().AsTask().WaitAsync(Patience);
        await Server.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Empty(Server.Connections);
        Assert.Empty(_log.Unexpected);
    }

    private sealed class ErrorLog : ILoggerFactory, ILogger
    {
        public ConcurrentBag<string> Unexpected { get; } = [];

        public ConcurrentBag<string> Expected { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var text = formatter(state, exception);
            if (!Expected.Any(text.Contains))
            {
                Unexpected.Add(text);
            }
        }
    }
}
