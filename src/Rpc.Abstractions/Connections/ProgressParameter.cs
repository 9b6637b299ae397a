using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A progress argument.</summary>
internal sealed class ProgressParameter<T> : RpcStreamParameter
{
    public ProgressParameter(IProgress<T> progress, Formatter<T> formatter)
    {
        Progress = progress;
        Formatter = formatter;
    }

    public IProgress<T> Progress { get; }

    public Formatter<T> Formatter { get; }

    internal override void Attach(CallStreams streams, int stream, StreamEnd end, Connection connection) =>
        streams.Receive(stream, new ProgressTarget<T>(connection.Drain, this, end, connection.Limits.StreamWindow, connection.Logger));

    internal override void Start(CallStreams streams, int stream, StreamEnd end, Connection connection, OutgoingCall call, int version)
    {
    }
}
