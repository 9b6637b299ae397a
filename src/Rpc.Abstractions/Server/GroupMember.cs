using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Rpc.Connections;
using Rpc.Diagnostics;

namespace Rpc.Server;

/// <summary>A connection as a member of one group, with what waits for it while it is slow. Thread safe.</summary>
/// <remarks>
/// <c>_isBehind</c> is set under the lock when the first push has to wait, and reset under it when none waits any more: while it is set every push goes
/// through the lock and behind those that wait, so that their order is kept; while it is not, no lock is taken and nothing allocated.
/// Who sets it starts the task that drains, and no other runs meanwhile.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The source has neither timer nor handle, and its token outlives the membership.")]
internal sealed class GroupMember
{
    private readonly Lock _gate = new();
    private readonly RpcGroupOptions _options;
    private readonly GroupCounters _counters;
    private readonly CancellationTokenSource _left = new();
    private GroupBacklog? _backlog;
    private TaskCompletionSource<bool>? _drained;
    private bool _isBehind;
    private bool _hasLeft;

    public GroupMember(Connection connection, RpcGroupOptions options, GroupCounters counters)
    {
        Connection = connection;
        _options = options;
        _counters = counters;
        Hard = Math.Min(options.MaxQueuedBytes, connection.Limits.MaxQueuedBytes);
        Soft = Math.Min(Hard, connection.Limits.SendHighWater);
        Left = _left.Token;
    }

    public Connection Connection { get; }

    /// <summary>The length of the queue from which on pushes are dropped.</summary>
    public long Hard { get; }

    /// <summary>The length of the queue from which on pushes wait.</summary>
    public long Soft { get; }

    /// <summary>Cancelled when it is no member any more.</summary>
    public CancellationToken Left { get; }

    /// <summary>Ends when nothing waits beside the queue.</summary>
    public Task WhenDrained
    {
        get
        {
            lock (_gate)
            {
                return _drained?.Task ?? Task.CompletedTask;
            }
        }
    }

    /// <summary>Whether pushes wait beside the queue.</summary>
    public bool IsBehind => Volatile.Read(ref _isBehind);

    /// <summary>Queues a push for a member that keeps up; see <see cref="Connection.TryPush"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PushOutcome TryPush(RpcMethodDescriptor method, ReadOnlySpan<byte> arguments, RpcCallOptions? options, ReadOnlySpan<byte> shared, long limit) =>
        Volatile.Read(ref _isBehind) ? PushOutcome.Full : Connection.TryPush(method, arguments, options, shared, limit);

    /// <summary>Does with a push what is to be done when the member is slow.</summary>
    /// <param name="entry">The push.</param>
    /// <returns>False when the member is to be disconnected.</returns>
    public bool PushSlow(BacklogEntry entry)
    {
        var start = false;
        lock (_gate)
        {
            if (_hasLeft)
            {
                _counters.AddDropped();
                return true;
            }

            if (!_isBehind)
            {
                // It may have caught up since it was looked at.
                var outcome = Connection.TryPushFrame(entry.Frame, entry.Options, entry.Limit);
                if (outcome != PushOutcome.Full)
                {
                    Count(outcome);
                    return true;
                }
            }

            if (!entry.IsDroppable && entry.Wait is null && Connection.Sender.QueuedBytes + (_backlog?.Bytes ?? 0) >= Hard)
            {
                _counters.AddDropped();
                return entry.Policy != RpcSlowMember.Disconnect;
            }

            Enqueue(entry);
            if (!_isBehind && _backlog!.Count > 0)
            {
                _drained = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _isBehind, true);
                start = true;
            }
        }

        if (start)
        {
            _ = DrainAsync();
        }

        return true;
    }

    /// <summary>Takes back a push that nobody awaits any more.</summary>
    public void TakeBack(BacklogEntry entry)
    {
        lock (_gate)
        {
            if (_backlog?.Remove(entry) == true)
            {
                _counters.AddBacklog(-1);
            }
        }
    }

    /// <summary>It is no member any more: what waits is dropped.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _hasLeft = true;
            DropAll();
            Volatile.Write(ref _isBehind, true);
            CatchUp();
        }

        _left.Cancel();
    }

    /// <summary>Hands on what waits whenever the queue has room, until nothing waits. Never fails.</summary>
    private async Task DrainAsync()
    {
        try
        {
            while (true)
            {
                var first = default(BacklogEntry);
                lock (_gate)
                {
                    first = _backlog!.First;
                }

                await Connection.WaitForRoomAsync(first?.Limit ?? Hard, CancellationToken.None).ConfigureAwait(false);
                if (Drain())
                {
                    return;
                }
            }
        }
        catch (Exception e)
        {
            if (e is not RpcException)
            {
                Connection.Logger.InternalError(Connection.Id, e);
            }

            // The connection has ended, and leaves by itself; what waits is dropped, and what comes until then.
            lock (_gate)
            {
                DropAll();
                CatchUp();
            }
        }
    }

    /// <summary>Hands on what the queue has room for; true when nothing waits any more.</summary>
    private bool Drain()
    {
        lock (_gate)
        {
            while (_backlog!.First is { } entry)
            {
                var outcome = Connection.TryPushFrame(entry.Frame, entry.Options, entry.Limit);
                if (outcome == PushOutcome.Full)
                {
                    return false;
                }

                _backlog.Remove(entry);
                _counters.AddBacklog(-1);
                Count(outcome);
                entry.Wait?.Release();
            }

            CatchUp();
            return true;
        }
    }

    /// <summary>Puts an entry among those that wait. Under the lock.</summary>
    private void Enqueue(BacklogEntry entry)
    {
        _backlog ??= new GroupBacklog(_options.MaxBacklogMessages, _options.MaxBacklogBytes);
        if (_backlog.TryReplace(entry))
        {
            _counters.AddReplaced();
        }
        else
        {
            entry.Wait?.Add(this, entry);
            _backlog.Add(entry);
            _counters.AddBacklog(1);
        }

        while (_backlog.TryDropOldest())
        {
            _counters.AddBacklog(-1);
            _counters.AddDropped();
        }
    }

    /// <summary>Under the lock.</summary>
    private void DropAll()
    {
        while (_backlog?.First is { } entry)
        {
            _backlog.Remove(entry);
            _counters.AddBacklog(-1);
            _counters.AddDropped();
            entry.Wait?.Release();
        }
    }

    /// <summary>Nothing waits any more. Under the lock.</summary>
    private void CatchUp()
    {
        _drained?.TrySetResult(true);
        _drained = null;
        if (!_hasLeft)
        {
            Volatile.Write(ref _isBehind, false);
        }
    }

    private void Count(PushOutcome outcome)
    {
        if (outcome == PushOutcome.Lost)
        {
            _counters.AddDropped();
        }
    }
}
