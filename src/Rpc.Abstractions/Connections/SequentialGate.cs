namespace Rpc.Connections;

/// <summary>Lets calls of one connection to one service in one at a time, in order of arrival: the calls of a sequential service until they have ended, ordered
/// calls until their handler has started.</summary>
/// <remarks>The reader gives each call a ticket. The drain starts calls in order, but a worker that is held up between taking a call and entering may be
/// overtaken by the next worker: whose turn it is not waits here.</remarks>
internal sealed class SequentialGate
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, IncomingCall> _waiting = [];
    private uint _tickets;
    private uint _next;
    private bool _busy;

    /// <summary>The ticket of the call that has arrived. For whoever has the role of the reader.</summary>
    public uint TakeTicket() => unchecked(_tickets++);

    /// <summary>Enters, or keeps the call, which is run when its turn comes.</summary>
    public bool TryEnter(IncomingCall call, uint ticket)
    {
        lock (_gate)
        {
            if (_busy || ticket != _next)
            {
                _waiting.Add(ticket, call);
                return false;
            }

            _next = unchecked(_next + 1);
            return _busy = true;
        }
    }

    /// <summary>The call that was in is out: the next one goes in, if it is there.</summary>
    public void Exit(Drain drain)
    {
        IncomingCall? next;
        lock (_gate)
        {
            if (_waiting.Count == 0 || !_waiting.Remove(_next, out next))
            {
                _busy = false;
                return;
            }

            _next = unchecked(_next + 1);
        }

        drain.Post(next.Work, IncomingCallWork.Resume, 0);
    }
}
