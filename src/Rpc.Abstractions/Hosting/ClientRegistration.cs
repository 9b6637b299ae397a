using Rpc.Client;

namespace Rpc.Hosting;

/// <summary>One of the clients of a container; disposed with it.</summary>
internal sealed class ClientRegistration : IAsyncDisposable, IDisposable
{
    public ClientRegistration(ClientKey key, ClientConnector connector)
    {
        Key = key;
        Connector = connector;
    }

    public ClientKey Key { get; }

    public ClientConnector Connector { get; }

    public ValueTask DisposeAsync() => Connector.DisposeAsync();

    public void Dispose() => Connector.Abort();
}
