using Rpc.Buffers;

namespace Rpc.Connections;

/// <summary>The outcome of a handler, held back until the interceptors around it have ended.</summary>
internal sealed class InterceptedReturn
{
    /// <summary>Ends with the handler.</summary>
    public ValueTask Task { get; private set; }

    /// <summary>The result, written; null when there is none.</summary>
    public PayloadBuffer? Result { get; set; }

    public void Set(ValueTask task) => Task = task;
}
