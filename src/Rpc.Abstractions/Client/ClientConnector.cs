using Rpc.Connections;

namespace Rpc.Client;

/// <summary>Keeps a client's current connection.</summary>
internal abstract class ClientConnector : IAsyncDisposable
{
    protected ClientConnector(TimeProvider timeProvider)
    {
        TimeProvider = timeProvider;
        Invoker = new ConnectorInvoker(this);
    }

    /// <summary>Carries calls by whatever connection is the current one.</summary>
    public RpcInvoker Invoker { get; }

    public TimeProvider TimeProvider { get; }

    /// <summary>The open connection, or null.</summary>
    public abstract Connection? Current { get; }

    /// <summary>Whether a call that may be made again is, when its connection was lost.</summary>
    public virtual bool Retries => false;

    /// <summary>The open connection, made or waited for if there is none.</summary>
    /// <exception cref="RpcException">There is none, and there will be none.</exception>
    public abstract ValueTask<Connection> GetAsync(CancellationToken cancellationToken);

    public abstract void Abort();

    public abstract ValueTask DisposeAsync();
}
