namespace Rpc.Server;

/// <summary>One awaited push that waits for slow members: ends when each of them has room for it, or has gone.</summary>
internal sealed class GroupWait : TaskCompletionSource<bool>
{
    // Written by the pushing thread before it awaits, read by whoever cancels, who comes after.
    private readonly List<(GroupMember Member, BacklogEntry Entry)> _entries = [];

    // One more than members, until the push has been to all of them.
    private int _remaining = 1;

    public GroupWait()
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
    }

    /// <summary>One more member to wait for.</summary>
    public void Add(GroupMember member, BacklogEntry entry)
    {
        Interlocked.Increment(ref _remaining);
        _entries.Add((member, entry));
    }

    /// <summary>One less to wait for.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _remaining) == 0)
        {
            TrySetResult(true);
        }
    }

    /// <summary>Waits; a wait that is cancelled takes the push back from the members that still wait.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        Release();
        using (cancellationToken.RegisterUnsafe(static state => ((GroupWait)state!).Cancel(), this))
        {
            try
            {
                await Task.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    private void Cancel()
    {
        if (TrySetCanceled())
        {
            foreach (var (member, entry) in _entries)
            {
                member.TakeBack(entry);
            }
        }
    }
}
