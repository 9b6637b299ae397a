namespace Rpc.Server;

/// <content>Pushes, and what became of them.</content>
public sealed partial class RpcGroup<T>
{
    /// <summary>Pushes to all members. Methods with a result or a stream throw <see cref="InvalidOperationException"/>: see <see cref="AskAsync"/>.</summary>
    public T All { get; }

    /// <summary>How many pushes did not reach a member's queue, as it was slow or has gone, counted for each member.</summary>
    public long Dropped => _counters.Dropped;

    /// <summary>How many pushes gave way to newer ones of the same key before a slow member had room for them.</summary>
    public long Replaced => _counters.Replaced;

    /// <summary>How many members were disconnected as they were slow.</summary>
    public long Disconnected => _counters.Disconnected;

    /// <summary>How many awaited pushes wait for slow members now.</summary>
    public int Waiting => _counters.Waiting;

    /// <summary>How many pushes wait beside the queues of slow members now, counted for each member.</summary>
    public int Backlog => _counters.Backlog;

    /// <summary>Pushes to all members but some.</summary>
    /// <param name="connections">The connections that are left out.</param>
    /// <returns>A proxy that pushes to those who are members at each call.</returns>
    public T Except(params RpcConnection[] connections) => Proxy(new GroupFilter(connections, exclude: true));

    /// <summary>Pushes to some of the members.</summary>
    /// <param name="connections">The connections; those that are no members are left out.</param>
    /// <returns>A proxy that pushes to those who are members at each call.</returns>
    public T Only(params RpcConnection[] connections) => Proxy(new GroupFilter(connections, exclude: false));

    /// <summary>Pushes to all members but those of some users.</summary>
    /// <param name="userIds">The users: <see cref="RpcConnection.UserId"/> of their connections.</param>
    /// <returns>A proxy that pushes to those who are members at each call.</returns>
    public T ExceptUsers(params string[] userIds) => Proxy(new GroupFilter(userIds, exclude: true));

    /// <summary>Pushes to the members of some users.</summary>
    /// <param name="userIds">The users: <see cref="RpcConnection.UserId"/> of their connections.</param>
    /// <returns>A proxy that pushes to those who are members at each call.</returns>
    public T OnlyUsers(params string[] userIds) => Proxy(new GroupFilter(userIds, exclude: false));

    /// <summary>Waits until each member's queue has room and nothing waits beside it: what a fast sender awaits between bursts. A member that does not read at
    /// all holds this up until its connection's send timeout ends it.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when there is room.</returns>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        foreach (var member in Snapshot)
        {
            try
            {
                if (member.IsBehind)
                {
                    await UntilAsync(member.WhenDrained, cancellationToken).ConfigureAwait(false);
                }

                await member.Connection.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException)
            {
                // It has gone, and leaves by itself.
            }
        }
    }

    internal RpcSlowMember PolicyOf(RpcMethodDescriptor method) => _policies[method.Index];

    /// <summary>Ends the connection of a member that is too slow, once.</summary>
    internal void Disconnect(GroupMember member)
    {
        if (Remove(member))
        {
            _counters.AddDisconnected();
            member.Connection.Dismiss(RpcCloseReason.ResourceExhausted, $"It did not keep up with what was pushed to it: {member.Hard} bytes waited.");
        }
    }

    private static async Task UntilAsync(Task task, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.RegisterUnsafe(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled))
        {
            await Task.WhenAny(task, cancelled.Task).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private T Proxy(GroupFilter? filter) => _contract.CreateProxy(new GroupInvoker<T>(this, filter), null);
}
