using System.Threading.Channels;
using Rpc.Client;

namespace Rpc.EndToEnd.Tests;

/// <summary>A member of a group, and what it heard.</summary>
internal sealed class Listener : IListener
{
    private RpcClient? _client;

    public Channel<int> Heard { get; } = Channel.CreateUnbounded<int>();

    /// <summary>The server's end of its connection.</summary>
    public RpcConnection Connection { get; private set; } = null!;

    /// <summary>Connects a listener, and finds the server's end.</summary>
    public static async Task<Listener> ConnectAsync(World world, Action<RpcClientOptions>? configure = null)
    {
        var id = Guid.NewGuid().ToString("n");
        var opened = new TaskCompletionSource<RpcConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Server.Connected += OnConnected;
        var listener = new Listener();
        listener._client = await world.ConnectAsync(options =>
        {
            options.Metadata.Add("id", id);
            options.Serve<IListener>(listener, static service => service.Sequential = true);
            configure?.Invoke(options);
        });
        listener.Connection = await opened.Task.WaitAsync(World.Patience);
        world.Server.Connected -= OnConnected;
        return listener;

        void OnConnected(RpcConnection connection)
        {
            if (connection.PeerMetadata["id"] == id)
            {
                opened.TrySetResult(connection);
            }
        }
    }

    public async Task<int> NextAsync() => await Heard.Reader.ReadAsync().AsTask().WaitAsync(World.Patience);

    public async Task CloseAsync() => await _client!.DisposeAsync().AsTask().WaitAsync(World.Patience);

    public void Hear(int number) => Heard.Writer.TryWrite(number);

    public void HearCounted(Counted value) => Heard.Writer.TryWrite(value.Value);

    public void HearBytes(byte[] bytes) => Heard.Writer.TryWrite(bytes.Length);

    public ValueTask HearAsync(int number)
    {
        Heard.Writer.TryWrite(number);
        return default;
    }

    public ValueTask<int> AskAsync() => new(1);

    public async IAsyncEnumerable<int> StreamAsync()
    {
        await Task.Yield();
        yield return 1;
    }
}
