namespace Rpc.Connections;

/// <summary>The gates of one connection's sequential services.</summary>
internal sealed class SequentialGates
{
    private readonly object _gate = new();
    private SequentialGate?[] _gates = [];

    public SequentialGate Of(ServiceBinding service)
    {
        lock (_gate)
        {
            if (service.Index >= _gates.Length)
            {
                Array.Resize(ref _gates, service.Index + 1);
            }

            return _gates[service.Index] ??= new SequentialGate();
        }
    }
}
