using Microsoft.Extensions.Logging;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Conformance;

/// <summary>What the suites of stream and message transports share: listeners and connections that are freed, a guard against hanging,
/// and a log in which an error fails the test.</summary>
/// <typeparam name="TConnection">The kind of connection.</typeparam>
public abstract class TransportConformance<TConnection> : IAsyncLifetime, IClassFixture<UnobservedExceptionGuard>
    where TConnection : TransportConnection
{
    private readonly List<TransportConnection> _connections = [];
    private readonly List<IRpcListener> _listeners = [];

    /// <summary>Longer than any step of a test takes on the slowest machine; reached only by a step that hangs.</summary>
    protected static TimeSpan HangGuard => TimeSpan.FromSeconds(30);

    /// <summary>What the transport under test logs.</summary>
    protected RecordingLoggerFactory Log { get; } = new();

    /// <summary>What the listeners of the test are given.</summary>
    protected ListenContext Context => new(TimeProvider.System, Log);

    /// <summary>Makes the client's side of the transport under test.</summary>
    protected abstract IRpcClientTransport CreateClientTransport();

    /// <summary>Makes the server's side.</summary>
    /// <param name="address">The address to bind, as an earlier listener reported it; null for a fresh one that no other test uses.</param>
    protected abstract IRpcServerTransport CreateServerTransport(Uri? address);

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync().AsTask().WaitAsync(HangGuard);
        }

        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync().AsTask().WaitAsync(HangGuard);
        }

        Assert.Empty(Log.Errors);
    }

    /// <summary>Starts a listener, which is disposed after the test.</summary>
    protected async Task<IRpcListener> ListenAsync(Uri? address = null)
    {
        var listener = await CreateServerTransport(address).ListenAsync(Context, default).AsTask().WaitAsync(HangGuard);
        _listeners.Add(listener);
        return listener;
    }

    /// <summary>Connects; the two sides are disposed after the test.</summary>
    protected async Task<(TConnection Client, TConnection Server)> ConnectAsync(IRpcListener? listener = null)
    {
        listener ??= await ListenAsync();
        var accept = listener.AcceptAsync(default).AsTask();
        var client = await CreateClientTransport().ConnectAsync(listener.Address, default).AsTask().WaitAsync(HangGuard);
        var server = await accept.WaitAsync(HangGuard);
        return (Own(client), Own(server));
    }

    /// <summary>Takes a connection over, to dispose it after the test.</summary>
    protected TConnection Own(TransportConnection? connection)
    {
        Assert.NotNull(connection);
        lock (_connections)
        {
            _connections.Add(connection);
        }

        return Assert.IsAssignableFrom<TConnection>(connection);
    }

    /// <summary>Disposes a connection now instead of after the test.</summary>
    protected async Task DisposeNowAsync(TransportConnection connection)
    {
        lock (_connections)
        {
            _connections.Remove(connection);
        }

        await connection.DisposeAsync().AsTask().WaitAsync(HangGuard);
    }

    /// <summary>An address of the transport under test at which nobody listens.</summary>
    protected async Task<Uri> GetAbandonedAddressAsync()
    {
        var listener = await CreateServerTransport(null).ListenAsync(Context, default);
        await listener.DisposeAsync();
        return listener.Address;
    }
}
