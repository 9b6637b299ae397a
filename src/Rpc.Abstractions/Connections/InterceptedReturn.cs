using Rpc.Buffers;

namespace Rpc.Connections;

/// <summary>The outcome of a handler, held back until the interceptors around it have ended.</summary>
internal sealed class InterceptedReturn
{
    private bool _begun;

    /// <summary>Ends with the handler.</summary>
    public ValueTask Task { get; private set; }

    /// <summary>The result, written; null when there is none.</summary>
    public PayloadBuffer? Result { get; set; }

    /// <summary>The handler is about to run.</summary>
    /// <exception cref="InvalidOperationException">It ran before.</exception>
    public void Begin()
    {
        if (_begun)
        {
            throw new InvalidOperationException("An interceptor ran the call twice.");
        }

        _begun = true;
    }

    public void Set(ValueTask task) => Task = task;
}
