using System.Runtime.CompilerServices;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>Waits for a handler's task that gives no result. Reused.</summary>
internal sealed class Completion
{
    private readonly Action _onCompleted;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _awaiter;
    private IncomingCall? _call;

    private Completion() => _onCompleted = OnCompleted;

    public static void Await(IncomingCall call, ValueTask task)
    {
        var completion = ObjectPool<Completion>.TryRent() ?? new Completion();
        completion._call = call;
        completion._awaiter = task.ConfigureAwait(false).GetAwaiter();
        completion._awaiter.UnsafeOnCompleted(completion._onCompleted);
    }

    private void OnCompleted()
    {
        var call = _call!;
        var awaiter = _awaiter;
        _call = null;
        _awaiter = default;
        ObjectPool<Completion>.Return(this);
        try
        {
            awaiter.GetResult();
        }
        catch (Exception e)
        {
            call.Fail(e);
            return;
        }

        call.Succeed();
    }
}

/// <summary>Waits for a handler's task that gives a result. Reused.</summary>
internal sealed class Completion<T>
{
    private readonly Action _onCompleted;
    private ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter _awaiter;
    private IncomingCall? _call;
    private Formatter<T>? _formatter;

    private Completion() => _onCompleted = OnCompleted;

    public static void Await(IncomingCall call, ValueTask<T> task, Formatter<T> formatter)
    {
        var completion = ObjectPool<Completion<T>>.TryRent() ?? new Completion<T>();
        completion._call = call;
        completion._formatter = formatter;
        completion._awaiter = task.ConfigureAwait(false).GetAwaiter();
        completion._awaiter.UnsafeOnCompleted(completion._onCompleted);
    }

    private void OnCompleted()
    {
        var call = _call!;
        var formatter = _formatter!;
        var awaiter = _awaiter;
        _call = null;
        _formatter = null;
        _awaiter = default;
        ObjectPool<Completion<T>>.Return(this);
        T result;
        try
        {
            result = awaiter.GetResult();
        }
        catch (Exception e)
        {
            call.Fail(e);
            return;
        }

        call.Succeed(result, formatter);
    }
}
