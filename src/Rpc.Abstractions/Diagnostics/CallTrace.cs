using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rpc.Diagnostics;

/// <summary>The span and the measurement of one call, or nothing when nobody listens.</summary>
internal struct CallTrace
{
    private Activity? _activity;
    private Histogram<double>? _duration;
    private RpcMethodDescriptor? _method;
    private long _started;

    /// <summary>Whether anything of this would be heard.</summary>
    public static bool ClientEnabled => RpcDiagnostics.Source.HasListeners() || RpcDiagnostics.ClientDuration.Enabled || Activity.Current is not null;

    /// <summary>Whether anything of this would be heard.</summary>
    public static bool ServerEnabled => RpcDiagnostics.Source.HasListeners() || RpcDiagnostics.ServerDuration.Enabled;

    /// <summary>What goes to the peer: the call's span, or the one that the caller is in.</summary>
    public readonly ActivityContext Context => _activity?.Context ?? Activity.Current?.Context ?? default;

    /// <summary>The call's span, or null.</summary>
    public readonly Activity? Activity => _activity;

    public static CallTrace StartClient(RpcMethodDescriptor method, RpcConnection connection)
    {
        var trace = default(CallTrace);
        if (RpcDiagnostics.Source.HasListeners())
        {
            var outer = Activity.Current;
            trace._activity = RpcDiagnostics.Source.StartActivity(method.FullName, ActivityKind.Client);
            trace.Tag(method, connection);

            // The caller goes on in its own span while the call runs.
            Activity.Current = outer;
        }

        trace.StartClock(RpcDiagnostics.ClientDuration, method);
        return trace;
    }

    public static CallTrace StartServer(RpcMethodDescriptor method, RpcConnection connection, ActivityContext parent)
    {
        var trace = default(CallTrace);
        if (RpcDiagnostics.Source.HasListeners())
        {
            trace._activity = RpcDiagnostics.Source.StartActivity(method.FullName, ActivityKind.Server, parent);
            trace.Tag(method, connection);
        }

        trace.StartClock(RpcDiagnostics.ServerDuration, method);
        return trace;
    }

    public void End(Exception exception) => End(exception switch
    {
        RpcException rpc => rpc.StatusCode,
        OperationCanceledException => RpcStatusCode.Cancelled,
        _ => RpcStatusCode.Internal,
    });

    public void End(RpcStatusCode status)
    {
        if (_activity is { } activity)
        {
            if (status != RpcStatusCode.Ok)
            {
                activity.SetStatus(ActivityStatusCode.Error);
                activity.SetTag("rpc.response.status_code", status.ToString());
            }

            var outer = Activity.Current;
            activity.Stop();
            Activity.Current = ReferenceEquals(outer, activity) ? activity.Parent : outer;
            _activity = null;
        }

        if (_duration is { } duration)
        {
            var seconds = (Stopwatch.GetTimestamp() - _started) / (double)Stopwatch.Frequency;
            duration.Record(
                seconds,
                new KeyValuePair<string, object?>("rpc.system.name", "rpc"),
                new KeyValuePair<string, object?>("rpc.method", _method!.FullName),
                new KeyValuePair<string, object?>("rpc.response.status_code", StatusNames.Of(status)));
            _duration = null;
        }
    }

    private readonly void Tag(RpcMethodDescriptor method, RpcConnection connection)
    {
        if (_activity is { IsAllDataRequested: true } activity)
        {
            activity.SetTag("rpc.system.name", "rpc");
            activity.SetTag("rpc.service", method.ContractName);
            activity.SetTag("rpc.method", method.FullName);
            activity.SetTag("network.transport", connection.Scheme);
            activity.SetTag("network.peer.address", connection.RemoteEndPoint?.ToString());
        }
    }

    private void StartClock(Histogram<double> duration, RpcMethodDescriptor method)
    {
        if (duration.Enabled)
        {
            _duration = duration;
            _method = method;
            _started = Stopwatch.GetTimestamp();
        }
    }
}
