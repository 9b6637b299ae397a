using System.Diagnostics;
using System.Net.Sockets;
using System.Net.WebSockets;
using Rpc.Benchmarks.Load.Reporting;
using Rpc.Benchmarks.Load.Workloads;

namespace Rpc.Benchmarks.Load.Raw;

/// <summary>The workloads without a framework; null for those that have no raw counterpart.</summary>
internal static class RawWorkloads
{
    public static Task<Result>? RunAsync(string workload, RunOptions options) => workload switch
    {
        // What needs a connection, or larger messages than a datagram.
        "echo64k" or "churn" when IsUdp(options) => null,
        "stream" when IsUdp(options) => DatagramsAsync(options, "stream", 1, "items/s"),
        "broadcast" when IsUdp(options) => DatagramsAsync(options, "broadcast", options.Connections ?? 200, "msgs/s"),
        "latency" => LatencyAsync(options),
        "pipelined" => CallersAsync("pipelined", options, 1, options.Callers ?? 256),
        "fanin" => CallersAsync("fanin", options, options.Connections ?? 50, options.Callers ?? 16),
        "echo64k" => EchoAsync(options),
        "stream" => StreamAsync(options, "stream", 1, 2048, "items/s"),
        "broadcast" => StreamAsync(options, "broadcast", options.Connections ?? 200, 64, "msgs/s"),
        "churn" => ChurnAsync(options),
        _ => null,
    };

    private static async Task<Result> LatencyAsync(RunOptions options)
    {
        await using var pipe = await OpenAsync(options, RawMode.Answer, 0);
        var latencies = new Latencies();
        var meter = new Meter(options);
        await meter.RunAsync(
            [async () =>
            {
                var counter = meter.NewCounter();
                var frame = new byte[RawFrame.Size];
                while (!meter.IsStopped)
                {
                    var started = Stopwatch.GetTimestamp();
                    RawFrame.Write(frame, 0, 1, 2);
                    await pipe.WriteAsync(frame);
                    await pipe.ReadExactAsync(frame);
                    latencies.Add(Stopwatch.GetTimestamp() - started);
                    counter.Value++;
                }
            }
            ],
            () =>
            {
                latencies.Clear();
                return default;
            });
        return new Result("latency", "raw", options.Transport, "calls/s", meter.PerSecond) { P50 = latencies.At(0.5), P95 = latencies.At(0.95), P99 = latencies.At(0.99) };
    }

    private static async Task<Result> CallersAsync(string workload, RunOptions options, int connections, int callers)
    {
        var pipes = new List<RawPipe>();
        for (var i = 0; i < connections; i++)
        {
            pipes.Add(await OpenAsync(options, RawMode.Answer, 0));
        }

        var meter = new Meter(options);
        await meter.RunAsync(pipes.Select<RawPipe, Func<Task>>(pipe => () => new RawCallers(pipe, callers).RunAsync(
            async slot =>
            {
                var counter = meter.NewCounter();
                while (!meter.IsStopped)
                {
                    await slot.CallAsync(1, 2);
                    counter.Value++;
                }
            },
            () => meter.IsStopped)));
        await DisposeAsync(pipes);
        return new Result(workload, "raw", options.Transport, "calls/s", meter.PerSecond);
    }

    private static async Task<Result> EchoAsync(RunOptions options)
    {
        // One connection, eight payloads under way, as the typed workload has eight callers.
        var size = options.Size ?? 65_536;
        await using var pipe = await OpenAsync(options, RawMode.Echo, size);
        var meter = new Meter(options);
        var window = new SemaphoreSlim(options.Callers ?? 8);
        await meter.RunAsync([
            async () =>
            {
                var payload = new byte[size];
                while (!meter.IsStopped)
                {
                    await window.WaitAsync();
                    await pipe.WriteAsync(payload);
                }

                // Ends the reader, who reads on until here: nobody is left with a write that nobody takes.
                await pipe.DisposeAsync();
            },
            async () =>
            {
                var counter = meter.NewCounter();
                var payload = new byte[size];
                try
                {
                    while (true)
                    {
                        await pipe.ReadExactAsync(payload);
                        counter.Value++;
                        window.Release();
                    }
                }
                catch (Exception e) when (meter.IsStopped && e is IOException or SocketException or ObjectDisposedException or WebSocketException)
                {
                    // Over.
                }
            }
        ]);
        return new Result("echo64k", "raw", options.Transport, "MB/s", meter.PerSecond * size / 1e6) { Note = $"{size} bytes" };
    }

    private static async Task<Result> StreamAsync(RunOptions options, string workload, int connections, int perSend, string unit)
    {
        var pipes = new List<RawPipe>();
        for (var i = 0; i < connections; i++)
        {
            pipes.Add(await OpenAsync(options, RawMode.Stream, perSend));
        }

        var meter = new Meter(options);
        await meter.RunAsync(pipes.Select<RawPipe, Func<Task>>(pipe => async () =>
        {
            var counter = meter.NewCounter();
            var buffer = new byte[64 * 1024];
            while (!meter.IsStopped)
            {
                // Parts of items count too: over the seconds measured they add up.
                counter.Value += await pipe.ReadAsync(buffer) / 32;
            }
        }));
        await DisposeAsync(pipes);
        return new Result(workload, "raw", options.Transport, unit, meter.PerSecond) { Note = $"{perSend} a send" };
    }

    private static async Task<Result> DatagramsAsync(RunOptions options, string workload, int connections, string unit)
    {
        const int Burst = 16;
        var pipes = Enumerable.Range(0, connections).Select(_ => RawUdpPipe.Connect(options.Address)).ToArray();
        var meter = new Meter(options);
        await meter.RunAsync(pipes.Select<RawUdpPipe, Func<Task>>(pipe => async () =>
        {
            var counter = meter.NewCounter();
            var buffer = new byte[RawUdpPipe.DatagramSize];
            pipe.RequestItems(Burst);
            for (var received = 1; !meter.IsStopped; received++)
            {
                if (received % Burst == 1)
                {
                    // One burst ahead.
                    pipe.RequestItems(Burst);
                }

                counter.Value += await pipe.ReadAsync(buffer) / 32;
            }
        }));
        foreach (var pipe in pipes)
        {
            await pipe.DisposeAsync();
        }

        return new Result(workload, "raw", options.Transport, unit, meter.PerSecond) { Note = $"{RawUdpPipe.DatagramSize / 32} a send" };
    }

    private static async Task<Result> ChurnAsync(RunOptions options)
    {
        var meter = new Meter(options);
        await meter.RunAsync(Enumerable.Range(0, options.Callers ?? 16).Select<int, Func<Task>>(_ => async () =>
        {
            var counter = meter.NewCounter();
            var frame = new byte[RawFrame.Size];
            while (!meter.IsStopped)
            {
                await using var pipe = await OpenAsync(options, RawMode.Answer, 0);
                RawFrame.Write(frame, 0, 1, 2);
                await pipe.WriteAsync(frame);
                await pipe.ReadExactAsync(frame);
                counter.Value++;
            }
        }));
        return new Result("churn", "raw", options.Transport, "connections/s", meter.PerSecond);
    }

    private static bool IsUdp(RunOptions options) => options.Address.Scheme == "udp";

    private static async Task<RawPipe> OpenAsync(RunOptions options, RawMode mode, int argument)
    {
        if (IsUdp(options))
        {
            return RawUdpPipe.Connect(options.Address);
        }

        var pipe = await RawPipe.ConnectAsync(options.Address);
        await pipe.WriteAsync(RawFrame.Hello(mode, argument));
        return pipe;
    }

    private static async Task DisposeAsync(List<RawPipe> pipes)
    {
        foreach (var pipe in pipes)
        {
            await pipe.DisposeAsync();
        }
    }
}
