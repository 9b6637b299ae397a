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

    internal override void Attach(CallStreams streams, int stream, StreamEnd end, Connection connection) =>
        streams.Send(stream, new StreamWindow(connection.Peer.StreamWindow));

    internal override void Start(CallStreams streams, int stream, StreamEnd end, Connection connection, OutgoingCall call, int version) =>
        new ItemsUpload<T>(this, streams, stream, end, connection, call, version).Queue();
}
