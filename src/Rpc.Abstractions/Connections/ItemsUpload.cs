namespace Rpc.Connections;

/// <summary>Sends a stream parameter while its call runs. A source that fails fails the call, at the caller with the source's own exception.</summary>
internal sealed class ItemsUpload<T> : PoolWork
{
    private readonly ItemsParameter<T> _parameter;
    private readonly CallStreams _streams;
    private readonly int _stream;
    private readonly StreamEnd _end;
    private readonly Connection _connection;
    private readonly OutgoingCall _call;
    private readonly int _version;

    public ItemsUpload(ItemsParameter<T> parameter, CallStreams streams, int stream, StreamEnd end, Connection connection, OutgoingCall call, int version)
    {
        _parameter = parameter;
        _streams = streams;
        _stream = stream;
        _end = end;
        _connection = connection;
        _call = call;
        _version = version;
    }

    public override void Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        try
        {
            await ItemsPump.RunAsync(
                _parameter.Source, _parameter.Formatter, _end, _streams.Window(_stream)!, _connection.MaxItemSize, _streams.Ended).ConfigureAwait(false);
            if (!_streams.IsClosed)
            {
                _end.EndItems(null);
            }
        }
        catch (Exception e)
        {
            if (_streams.IsClosed)
            {
                return;
            }

            _end.EndItems(e as RpcException ?? new RpcException(RpcStatusCode.Aborted, "The caller's stream failed."));
            if (_call.TryFail(_version, e))
            {
                _connection.Cancel(_end.Stream.CallId);
            }
        }
    }
}
