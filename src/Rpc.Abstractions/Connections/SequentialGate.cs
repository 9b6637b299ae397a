namespace Rpc.Connections;

/// <summary>Lets the calls of one connection to one service run one at a time, in order of arrival.</summary>
internal sealed class SequentialGate
{
    private readonly Lock _gate = new();
    private readonly Queue<IncomingCall> _waiting = new();
    private bool _busy;

    /// <summary>Enters, or queues the call; a queued call is run when its turn comes.</summary>
    public bool TryEnter(IncomingCall call)
    {
        lock (_gate)
        {
            if (_busy)
            {
                _waiting.Enqueue(call);
                return false;
            }

            return _busy = true;
        }
    }

    /// <summary>The call that was in has ended: the next one goes in.</summary>
    public void Exit(Drain drain)
    {
        IncomingCall next;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _busy = false;
                return;
            }

            next = _waiting.Dequeue();
        }

        drain.Post(next.Work, IncomingCallWork.Resume, 0);
    }
}
