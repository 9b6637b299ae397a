using Rpc.Diagnostics;

namespace Rpc.Connections;

/// <content>Which calls of the peer are started.</content>
internal sealed partial class Connection
{
    private readonly CallPermits? _permits;
    private long _denialLogged;

    /// <summary>Says in the log that a call was denied, at most once a second: a peer cannot fill it.</summary>
    public void OnDenied(RpcMethodDescriptor method, bool oneWay)
    {
        if (oneWay)
        {
            RpcDiagnostics.Dropped.Add(1);
        }

        var now = Math.Max(1, TimeProvider.GetTimestamp());
        var last = Volatile.Read(ref _denialLogged);
        if ((last == 0 || TimeProvider.GetElapsedTime(last, now) >= TimeSpan.FromSeconds(1))
            && Interlocked.CompareExchange(ref _denialLogged, now, last) == last)
        {
            Logger.CallDenied(Id, method.FullName, Volatile.Read(ref _user)?.Identity?.Name);
        }
    }

    /// <summary>Why a call is not accepted, or null; then its permits are taken.</summary>
    private RpcException? Refuse(int callId, uint methodId, out ServiceTable.Entry entry)
    {
        entry = default;
        if (!AcceptsCalls)
        {
            return new RpcException(RpcStatusCode.Unavailable, "This side is closing; the call was not started.");
        }

        if (_rate is not null && !_rate.TryTake())
        {
            return new RpcException(RpcStatusCode.ResourceExhausted, $"More than {Limits.MaxCallsPerSecond} calls a second; the call was not started.");
        }

        if (_permits?.Take() is { } tooFast)
        {
            return tooFast;
        }

        if (!_services.TryFind(methodId, out entry))
        {
            return new RpcException(RpcStatusCode.Unimplemented, Protocol.Wire.Cut(Missing(methodId)));
        }

        if (entry.Access?.Check(this) is { } denial)
        {
            OnDenied(entry.Method, oneWay: callId == IncomingCall.OneWayId);
            return denial;
        }

        return entry.Limit is { } limit ? _permits!.Take(limit) : null;
    }

    /// <summary>Who is nobody does not learn what there is, where nothing is open to everybody.</summary>
    private string Missing(uint methodId) => _options.RequireAuthorization && !IsAuthenticated
        ? $"The peer has no method with the id {methodId:x8}."
        : $"The peer has no method with the id {methodId:x8}. {_services.Describe()}";
}
