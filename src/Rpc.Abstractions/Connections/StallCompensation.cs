namespace Rpc.Connections;

/// <summary>Makes up for threads of the pool that are blocked. Thread safe.</summary>
/// <remarks>The pool's minimum can only be read and then set: two that do so at once would leave it one too high or too low for good, so one does at a time.</remarks>
internal sealed class StallCompensation
{
    /// <summary>The most threads that the pool's minimum is raised by.</summary>
    public const int Most = 256;

    private readonly Lock _gate = new();
    private readonly IStallPool _pool;
    private int _blocked;
    private int _raised;

    public StallCompensation(IStallPool pool) => _pool = pool;

    /// <summary>A worker that is blocked has lost its batch: one thread more.</summary>
    public void Blocked() => Add(1);

    /// <summary>It has come back: one less. It may do so before it is said to be blocked.</summary>
    public void Returned() => Add(-1);

    private void Add(int workers)
    {
        lock (_gate)
        {
            _blocked += workers;
            var wanted = Math.Clamp(_blocked, 0, Most);
            if (wanted != _raised && _pool.TryGrow(wanted - _raised))
            {
                _raised = wanted;
            }
        }
    }
}
