using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A call that returns a stream, not made yet: costs nothing until it is enumerated.</summary>
internal sealed class StreamRequest<T> : IAsyncEnumerable<T>
{
    private readonly Connection _connection;

    public StreamRequest(
        Connection connection, RpcMethodDescriptor method, byte[] arguments, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        _connection = connection;
        Method = method;
        Arguments = arguments;
        Formatter = formatter;
        Streams = streams;
        Options = options;
        CancellationToken = cancellationToken;
    }

    public RpcMethodDescriptor Method { get; }

    public byte[] Arguments { get; }

    public Formatter<T> Formatter { get; }

    public RpcStreamParameter?[]? Streams { get; }

    public RpcCallOptions? Options { get; }

    public CancellationToken CancellationToken { get; }

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new StreamCall<T>(this, _connection, cancellationToken);
}
