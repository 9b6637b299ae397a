using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A stream argument.</summary>
internal sealed class ItemsParameter<T> : RpcStreamParameter
{
    public ItemsParameter(IAsyncEnumerable<T> source, Formatter<T> formatter)
    {
        Source = source;
        Formatter = formatter;
    }

    public IAsyncEnumerable<T> Source { get; }

    public Formatter<T> Formatter { get; }
}
