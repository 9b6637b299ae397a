using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Rpc.Diagnostics;
using Rpc.Server;
using Rpc.Transport.Conformance.Faults;

namespace Rpc.EndToEnd.Tests;

/// <summary>Traces and metrics. What listens is heard by the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(DiagnosticsTests), DisableParallelization = true)]
[Collection(nameof(DiagnosticsTests))]
public sealed class DiagnosticsTests
{
    [Fact]
    public async Task A_call_is_a_client_span_and_a_server_span_of_one_trace()
    {
        using var heard = new Spans();
        await using var world = await World.StartAsync(_ => new TestService());
        using var outer = heard.Source.StartActivity("outer")!;
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        var client = await heard.StoppedAsync(ActivityKind.Client);
        var server = await heard.StoppedAsync(ActivityKind.Server);
        Assert.Equal((outer.TraceId, outer.SpanId), (client.TraceId, client.ParentSpanId));
        Assert.Equal((client.TraceId, client.SpanId), (server.TraceId, server.ParentSpanId));
        Assert.True(server.HasRemoteParent);
        Assert.Equal("Rpc.EndToEnd.Tests.ITestService/AddAsync", client.DisplayName);
        Assert.Equal(client.DisplayName, server.DisplayName);
        Assert.Equal(client.DisplayName, client.GetTagItem("rpc.method"));
        Assert.Equal(ActivityStatusCode.Unset, client.Status);
        Assert.Same(outer, Activity.Current);
    }

    [Fact]
    public async Task A_handler_runs_in_its_server_span_and_its_own_calls_are_children_of_it()
    {
        using var heard = new Spans();
        Activity? seen = null;
        await using var world = await World.StartAsync(
            connection => new TestService
            {
                OnRun = async (what, token) =>
                {
                    seen = Activity.Current;
                    return await connection.GetProxy<ITestClient>().AskAsync(what, token);
                },
            },
            client: static options => options.Serve<ITestClient>(new TestClient()));
        Assert.Equal("x!", await world.Proxy.RunAsync("x").AsTask().WaitAsync(World.Patience));
        var spans = new[] { await heard.StoppedAsync(ActivityKind.Client), await heard.StoppedAsync(ActivityKind.Client), await heard.StoppedAsync(ActivityKind.Server), await heard.StoppedAsync(ActivityKind.Server) };
        Assert.Single(spans.Select(static span => span.TraceId).Distinct());
        var outer = spans.Single(static span => span.ParentSpanId == default);
        var handler = spans.Single(span => span.ParentSpanId == outer.SpanId);
        var nested = spans.Single(span => span.ParentSpanId == handler.SpanId);
        Assert.Equal(handler.SpanId, seen!.SpanId);
        Assert.Single(spans, span => span.ParentSpanId == nested.SpanId);
    }

    [Theory]
    [InlineData(1000, ActivityStatusCode.Unset)]
    [InlineData(5, ActivityStatusCode.Error)]
    public async Task A_stream_is_a_client_span_and_a_server_span_until_it_is_left(int read, ActivityStatusCode status)
    {
        using var heard = new Spans();
        using var measured = new Measurements();
        await using var world = await World.StartAsync(_ => new TestService());
        using (var outer = heard.Source.StartActivity("outer")!)
        {
            var count = 0;
            await foreach (var item in world.Proxy.CountAsync(read == 5 ? int.MaxValue : read))
            {
                if (++count == read && read == 5)
                {
                    break;
                }
            }

            Assert.Same(outer, Activity.Current);
            var client = await heard.StoppedAsync(ActivityKind.Client);
            var server = await heard.StoppedAsync(ActivityKind.Server);
            Assert.Equal((outer.TraceId, outer.SpanId, status), (client.TraceId, client.ParentSpanId, client.Status));
            Assert.Equal((client.TraceId, client.SpanId), (server.TraceId, server.ParentSpanId));
        }

        Assert.Equal(read == 5 ? "Cancelled" : "Ok", await measured.StatusAsync("rpc.client.call.duration", "Rpc.EndToEnd.Tests.ITestService/CountAsync"));
    }

    [Fact]
    public async Task A_failed_call_says_so_in_both_spans()
    {
        using var heard = new Spans();
        await using var world = await World.StartAsync(_ => new TestService { OnRun = static (_, _) => throw new RpcException(RpcStatusCode.NotFound, "no") });
        await Assert.ThrowsAsync<RpcException>(() => world.Proxy.RunAsync("x").AsTask()).WaitAsync(World.Patience);
        foreach (var kind in (ActivityKind[])[ActivityKind.Client, ActivityKind.Server])
        {
            var span = await heard.StoppedAsync(kind);
            Assert.Equal(ActivityStatusCode.Error, span.Status);
            Assert.Equal(nameof(RpcStatusCode.NotFound), span.GetTagItem("rpc.response.status_code"));
        }
    }

    [Fact]
    public async Task The_callers_span_crosses_the_connection_though_nobody_listens_to_ours()
    {
        using var own = new Activity("own").Start();
        ActivityContext? seen = null;
        using var heard = new Spans(onlyServer: true);
        await using var world = await World.StartAsync(_ => new TestService
        {
            OnRun = (what, _) =>
            {
                seen = Activity.Current?.Context;
                return new(what);
            },
        });
        own.TraceStateString = "vendor=1";
        Assert.Equal("x", await world.Proxy.RunAsync("x").AsTask().WaitAsync(World.Patience));
        var server = await heard.StoppedAsync(ActivityKind.Server);
        Assert.Equal((own.TraceId, own.SpanId, "vendor=1"), (server.TraceId, server.ParentSpanId, server.TraceStateString));
        Assert.Equal(server.SpanId, seen!.Value.SpanId);
    }

    [Fact]
    public async Task Durations_are_measured_at_both_sides_with_method_and_status()
    {
        using var heard = new Measurements();
        await using var world = await World.StartAsync(_ => new TestService { OnRun = static (_, _) => throw new RpcException(RpcStatusCode.NotFound, "no") });
        await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience);
        await Assert.ThrowsAsync<RpcException>(() => world.Proxy.RunAsync("x").AsTask()).WaitAsync(World.Patience);
        foreach (var instrument in (string[])["rpc.client.call.duration", "rpc.server.call.duration"])
        {
            Assert.Equal("Ok", await heard.StatusAsync(instrument, "Rpc.EndToEnd.Tests.ITestService/AddAsync"));
            Assert.Equal("NotFound", await heard.StatusAsync(instrument, "Rpc.EndToEnd.Tests.ITestService/RunAsync"));
        }
    }

    [Fact]
    public async Task Connections_are_counted_while_they_are_open()
    {
        using var heard = new Measurements();
        await using (await World.StartAsync(_ => new TestService()))
        {
            Assert.Equal(2, heard.Sum("rpc.connections"));
        }

        Assert.Equal(0, heard.Sum("rpc.connections"));
    }

    [Fact]
    public async Task One_way_calls_that_are_not_run_are_counted()
    {
        using var heard = new Measurements();
        await using var world = await World.StartAsync(_ => new TestService());
        world.Client.GetProxy<ITestClient>().Told("nobody");
        await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience);
        Assert.Equal(1, heard.Sum("rpc.server.oneway.dropped"));
    }

    [Fact]
    public async Task What_slow_members_of_groups_miss_is_measured()
    {
        using var heard = new Measurements();
        var stalls = new List<StallConnection>();
        await using var world = (await Screen.StartAsync(stalls)).Expect("ResourceExhausted");
        var latest = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.Latest });
        var strict = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.Disconnect, MaxQueuedBytes = 8 * 1024 });
        var patient = new RpcGroup<IScreen>();
        var slow = await Screen.JoinAsync(world, latest, stalls);
        Assert.True(strict.Add(slow.Connection));
        Assert.True(patient.Add(slow.Connection));
        slow.Stall.OutputGate.Close();

        while (latest.Replaced < 3)
        {
            latest.All.Show(1, new byte[1024]);
        }

        var waiting = patient.All.ShowAsync(2, []).AsTask();
        Assert.Equal((3, 2, 1), (heard.Sum("rpc.group.replaced"), heard.Sum("rpc.group.backlog"), heard.Sum("rpc.group.waiting")));
        strict.All.Show(3, []);
        Assert.Equal((1, 1), (heard.Sum("rpc.group.disconnected"), heard.Sum("rpc.group.dropped")));

        slow.Connection.Abort();
        await waiting.WaitAsync(World.Patience);
        await Eventually.TrueAsync(() => heard.Sum("rpc.group.backlog") == 0 && heard.Sum("rpc.group.waiting") == 0);
        Assert.Equal(3, heard.Sum("rpc.group.dropped"));
    }

    private sealed class Spans : IDisposable
    {
        private readonly ActivityListener _listener;
        private readonly ConcurrentDictionary<ActivityKind, System.Threading.Channels.Channel<Activity>> _stopped = new();

        public Spans(bool onlyServer = false)
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == RpcDiagnostics.SourceName || source == Source,
                Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                    onlyServer && options.Kind == ActivityKind.Client ? ActivitySamplingResult.None : ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => Of(activity.Kind).Writer.TryWrite(activity),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public ActivitySource Source { get; } = new("test");

        public async Task<Activity> StoppedAsync(ActivityKind kind) => await Of(kind).Reader.ReadAsync().AsTask().WaitAsync(World.Patience);

        public void Dispose()
        {
            _listener.Dispose();
            Source.Dispose();
        }

        private System.Threading.Channels.Channel<Activity> Of(ActivityKind kind) => _stopped.GetOrAdd(kind, static _ => System.Threading.Channels.Channel.CreateUnbounded<Activity>());
    }

    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentDictionary<string, long> _sums = new();
        private readonly ConcurrentDictionary<(string, string), TaskCompletionSource<string>> _durations = new();

        public Measurements()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == RpcDiagnostics.SourceName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            {
                Assert.InRange(value, 0, 60);
                var (method, status) = (string.Empty, string.Empty);
                foreach (var tag in tags)
                {
                    method = tag.Key == "rpc.method" ? (string)tag.Value! : method;
                    status = tag.Key == "rpc.response.status_code" ? Convert.ToString(tag.Value, CultureInfo.InvariantCulture)! : status;
                }

                Of(instrument.Name, method).TrySetResult(status);
            });
            _listener.Start();
        }

        public long Sum(string instrument) => _sums.GetValueOrDefault(instrument);

        public Task<string> StatusAsync(string instrument, string method) => Of(instrument, method).Task.WaitAsync(World.Patience);

        public void Dispose() => _listener.Dispose();

        private TaskCompletionSource<string> Of(string instrument, string method) =>
            _durations.GetOrAdd((instrument, method), static _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
