using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A call whose result is a stream, from the handler's stream to the final frame. Runs on the pool: a source that always has more must not keep the
/// drain's worker.</summary>
internal sealed class ItemsCall<T> : PoolWork
{
    private readonly IncomingCall _call;
    private readonly IAsyncEnumerable<T> _items;
    private readonly Formatter<T> _formatter;
    private readonly StreamWindow _window;

    public ItemsCall(IncomingCall call, IAsyncEnumerable<T> items, Formatter<T> formatter, StreamWindow window)
    {
        _call = call;
        _items = items;
        _formatter = formatter;
        _window = window;
    }

    public override void Execute() => _ = RunToEndAsync();

    /// <summary>Sends the items; the interceptors then decide how the call ends.</summary>
    public Task RunAsync() => _call.PumpAsync(_items, _formatter, _window);

    private async Task RunToEndAsync()
    {
        // The handler of a stream runs while its items are asked for, here, after the dispatcher has returned.
        RpcContext.Flow(_call.GetContext());
        try
        {
            await RunAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _call.Fail(e);
            return;
        }

        _call.Succeed();
    }
}
