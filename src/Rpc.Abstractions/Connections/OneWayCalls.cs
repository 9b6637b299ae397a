namespace Rpc.Connections;

/// <summary>The one-way calls of a connection whose handlers have asked for their token: no table has them, as nobody waits for their end, but they end with the
/// connection. A list through the calls themselves, so that it costs nothing to be in it, and calls that never ask are never in it. Thread safe.</summary>
internal sealed class OneWayCalls
{
    private readonly object _gate = new();
    private IncomingCall? _first;
    private bool _closed;

    /// <summary>Adds a call.</summary>
    /// <returns>False when the connection has ended: the call is to be cancelled.</returns>
    public bool TryAdd(IncomingCall call)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            call.Links.Version = call.Version;
            call.Links.Next = _first;
            if (_first is not null)
            {
                _first.Links.Previous = call;
            }

            _first = call;
            return true;
        }
    }

    /// <summary>Removes a call that is in the list, before its instance serves another one.</summary>
    public void Remove(IncomingCall call)
    {
        lock (_gate)
        {
            ref var links = ref call.Links;
            if (links.Previous is not null)
            {
                links.Previous.Links.Next = links.Next;
            }
            else
            {
                _first = links.Next;
            }

            if (links.Next is not null)
            {
                links.Next.Links.Previous = links.Previous;
            }

            links = default;
        }
    }

    /// <summary>Cancels all calls. Runs handlers' callbacks on this thread.</summary>
    public void CancelAll()
    {
        var calls = new List<(IncomingCall Call, int Version)>();
        lock (_gate)
        {
            _closed = true;
            for (var call = _first; call is not null; call = call.Links.Next)
            {
                calls.Add((call, call.Links.Version));
            }
        }

        foreach (var (call, version) in calls)
        {
            call.Cancel(version);
        }
    }

    /// <summary>A call's neighbours in the list.</summary>
    internal struct Neighbours
    {
        public IncomingCall? Next;
        public IncomingCall? Previous;

        /// <summary>Which of the instance's calls it is.</summary>
        public int Version;
    }
}
