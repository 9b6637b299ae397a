using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rpc.Diagnostics;

/// <summary>Names of what the framework traces and measures, as OpenTelemetry's conventions for RPC have them.</summary>
/// <remarks>Nothing of it allocates, and hardly anything is spent, while nobody listens.</remarks>
public static class RpcDiagnostics
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>.</summary>
    public const string SourceName = "Rpc";

    internal static readonly ActivitySource Source = new(SourceName);

    internal static readonly Meter Meter = new(SourceName);

    /// <summary>OpenTelemetry semantic conventions: duration of outgoing calls in seconds.</summary>
    internal static readonly Histogram<double> ClientDuration =
        Meter.CreateHistogram<double>("rpc.client.call.duration", "s", "How long calls of this side took.");

    /// <summary>OpenTelemetry semantic conventions: duration of incoming calls in seconds.</summary>
    internal static readonly Histogram<double> ServerDuration =
        Meter.CreateHistogram<double>("rpc.server.call.duration", "s", "How long calls served by this side took.");

    internal static readonly UpDownCounter<long> Connections =
        Meter.CreateUpDownCounter<long>("rpc.connections", "{connection}", "Open connections.");

    internal static readonly Counter<long> Interruptions =
        Meter.CreateCounter<long>("rpc.session.interruptions", "{interruption}", "Times that a session's transport was lost, to be resumed.");

    internal static readonly Counter<long> Dropped =
        Meter.CreateCounter<long>("rpc.server.oneway.dropped", "{call}", "One-way calls that arrived and were not run.");
}
