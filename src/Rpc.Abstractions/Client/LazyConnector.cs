using Rpc.Connections;

namespace Rpc.Client;

/// <summary>Makes a connection when a call needs one and there is none that is open.</summary>
internal sealed class LazyConnector : ClientConnector
{
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _disposing = new();
    private readonly Uri _address;
    private readonly RpcClientOptions _options;
    private Connection? _current;

    public LazyConnector(Uri address, RpcClientOptions options)
        : base(options.TimeProvider)
    {
        _address = address;
        _options = options;
    }

    public override Connection? Current => Volatile.Read(ref _current) is { State: RpcConnectionState.Open } connection ? connection : null;

    public override async ValueTask<Connection> GetAsync(CancellationToken cancellationToken)
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

    public override void Abort()
    {
        _disposing.Cancel();
        Volatile.Read(ref _current)?.Abort();
    }

    public override async ValueTask DisposeAsync()
    {
        _disposing.Cancel();
        await _connecting.WaitAsync().ConfigureAwait(false);
        if (_current is { } current)
        {
            await current.DisposeAsync().ConfigureAwait(false);
        }
    }
}
