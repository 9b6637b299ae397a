using Rpc.Connections;

namespace Rpc.Client;

/// <summary>Keeps a client's current connection: made when a call needs one and there is none that is open.</summary>
internal sealed class ClientConnector : IAsyncDisposable
{
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _disposing = new();
    private readonly Uri _address;
    private readonly RpcClientOptions _options;
    private Connection? _current;

    public ClientConnector(Uri address, RpcClientOptions options)
    {
        _address = address;
        _options = options;
        Invoker = new ConnectorInvoker(this);
    }

    /// <summary>Carries calls by whatever connection is the current one.</summary>
    public RpcInvoker Invoker { get; }

    /// <summary>The open connection, or null.</summary>
    public Connection? Current => Volatile.Read(ref _current) is { State: RpcConnectionState.Open } connection ? connection : null;

    /// <summary>The open connection, made if there is none.</summary>
    /// <exception cref="RpcConnectException">It cannot be made.</exception>
    public async ValueTask<Connection> GetAsync(CancellationToken cancellationToken)
    {
        if (Current is { } current)
        {
            return current;
        }

        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        try
        {
            await _connecting.WaitAsync(linked.Token).ConfigureAwait(false);
            try
            {
                if (Current is { } other)
                {
                    return other;
                }

                var made = await RpcClient.ConnectAsync(_address, _options, linked.Token).ConfigureAwait(false);
                Volatile.Write(ref _current, made);
                return made;
            }
            finally
            {
                _connecting.Release();
            }
        }
        catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
        {
            throw new RpcConnectException(RpcCloseReason.Aborted, "The client was disposed.");
        }
    }

    public void Abort()
    {
        _disposing.Cancel();
        Volatile.Read(ref _current)?.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        _disposing.Cancel();
        await _connecting.WaitAsync().ConfigureAwait(false);
        if (_current is { } current)
        {
            await current.DisposeAsync().ConfigureAwait(false);
        }
    }
}
