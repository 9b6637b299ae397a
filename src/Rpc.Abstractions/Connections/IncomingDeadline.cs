namespace Rpc.Connections;

/// <summary>Cancels a call of the peer when its deadline passes.</summary>
internal sealed class IncomingDeadline
{
    private readonly IncomingCall _call;
    private readonly int _version;

    private IncomingDeadline(IncomingCall call, int version)
    {
        _call = call;
        _version = version;
    }

    public static ITimer Start(Connection connection, IncomingCall call, int version, TimeSpan due) => connection.TimeProvider.CreateTimer(
        static state =>
        {
            var deadline = (IncomingDeadline)state!;
            deadline._call.Cancel(deadline._version);
        },
        new IncomingDeadline(call, version),
        due,
        Timeout.InfiniteTimeSpan);
}
