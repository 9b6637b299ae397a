namespace Rpc.EndToEnd.Tests.Sessions;

[RpcService]
public interface ITwice
{
    [RpcMethod(Idempotent = true)]
    ValueTask<string> AgainAsync(string what);

    [RpcMethod(Idempotent = true)]
    ValueTask AgainWithoutResultAsync(string what);

    ValueTask<string> OnceAsync(string what);
}

/// <summary>Holds every call until it is told otherwise, and remembers which there were.</summary>
internal sealed class Twice : ITwice
{
    private static readonly object s_gate = new();
    private static readonly List<string> s_calls = [];
    private static TaskCompletionSource s_release = new();

    public static IReadOnlyList<string> Calls
    {
        get
        {
            lock (s_gate)
            {
                return [.. s_calls];
            }
        }
    }

    public static void Reset()
    {
        lock (s_gate)
        {
            s_calls.Clear();
            s_release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public static void Release() => s_release.SetResult();

    public static Task Started(int calls) => Eventually.TrueAsync(() => Calls.Count >= calls);

    public ValueTask<string> AgainAsync(string what) => CallAsync(what);

    public async ValueTask AgainWithoutResultAsync(string what) => await CallAsync(what);

    public ValueTask<string> OnceAsync(string what) => CallAsync(what);

    private static async ValueTask<string> CallAsync(string what)
    {
        Task release;
        lock (s_gate)
        {
            s_calls.Add(what);
            release = s_release.Task;
        }

        await release;
        return what;
    }
}
