namespace Rpc.Connections;

/// <summary>Ends a call of this side when its deadline passes.</summary>
internal sealed class DeadlineTimer
{
    private readonly Connection _connection;
    private readonly OutgoingCall _call;
    private readonly int _version;
    private readonly int _callId;

    private DeadlineTimer(Connection connection, OutgoingCall call, int version, int callId)
    {
        _connection = connection;
        _call = call;
        _version = version;
        _callId = callId;
    }

    /// <summary>Starts the timer. The version tells a late tick from the instance's next call.</summary>
    public static ITimer Start(Connection connection, OutgoingCall call, int version, int callId, TimeSpan due) =>
        connection.TimeProvider.CreateTimer(
            static state => ((DeadlineTimer)state!).Fire(),
            new DeadlineTimer(connection, call, version, callId),
            due,
            Timeout.InfiniteTimeSpan);

    private void Fire()
    {
        if (_call.TryFail(_version, new RpcException(RpcStatusCode.DeadlineExceeded, "The deadline passed before the call ended.")))
        {
            _connection.Cancel(_callId);
        }
    }
}
