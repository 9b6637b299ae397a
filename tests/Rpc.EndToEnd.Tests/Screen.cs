using System.Threading.Channels;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance.Faults;

namespace Rpc.EndToEnd.Tests;

/// <summary>A member of a group whose connection can be stalled, and what it saw.</summary>
internal sealed class Screen : IScreen
{
    public const int Filling = 1024;

    public Channel<int> Seen { get; } = Channel.CreateUnbounded<int>();

    public Func<int, CancellationToken, ValueTask<int>> OnAsk { get; set; } = static (number, _) => new(number);

    public RpcClient Client { get; private set; } = null!;

    /// <summary>The server's end of its connection.</summary>
    public RpcConnection Connection { get; private set; } = null!;

    /// <summary>What the server's end writes to.</summary>
    public StallConnection Stall { get; private set; } = null!;

    /// <summary>A server whose queues of members are short: 8 KiB until pushes wait, the default until they are dropped.</summary>
    public static Task<World> StartAsync(List<StallConnection> stalls, Action<RpcServerBuilder>? server = null) => World.StartAsync(
        _ => new TestService(),
        rpc =>
        {
            rpc.Options.Limits.SendHighWater = 8 * 1024;
            server?.Invoke(rpc);
        },
        transport: new PairTransport(server: inner =>
        {
            var stall = new StallConnection(inner);
            stalls.Add(stall);
            return stall;
        }));

    public static async Task<Screen> JoinAsync(World world, RpcGroup<IScreen> group, List<StallConnection> stalls)
    {
        var opened = new TaskCompletionSource<RpcConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Server.Connected += opened.SetResult;
        var screen = new Screen();
        screen.Client = await world.ConnectAsync(options => options.Serve<IScreen>(screen, static service => service.Sequential = true));
        screen.Connection = await opened.Task.WaitAsync(World.Patience);
        world.Server.Connected -= opened.SetResult;
        screen.Stall = stalls[^1];
        Assert.True(group.Add(screen.Connection));
        return screen;
    }

    public async Task<int> NextAsync() => await Seen.Reader.ReadAsync().AsTask().WaitAsync(World.Patience);

    public async Task<List<int>> UntilAsync(int last)
    {
        var seen = new List<int>();
        do
        {
            seen.Add(await NextAsync());
        }
        while (seen[^1] != last);
        return seen;
    }

    public void Show(int number, byte[] filling) => Seen.Writer.TryWrite(number);

    public void Moved(int number, byte[] filling) => Seen.Writer.TryWrite(number);

    public ValueTask ShowAsync(int number, byte[] filling, CancellationToken cancellationToken = default)
    {
        Seen.Writer.TryWrite(number);
        return default;
    }

    public ValueTask<int> AskAsync(int number, CancellationToken cancellationToken = default) => OnAsk(number, cancellationToken);
}
