using System.Diagnostics;
using System.Globalization;
using Rpc.Benchmarks.Load.Reporting;
using Rpc.Benchmarks.Load.Workloads;
using Rpc.Client;

namespace Rpc.Benchmarks.Load.Typed;

/// <summary>The workloads over the framework.</summary>
internal static class TypedWorkloads
{
    public static Task<Result> RunAsync(string workload, RunOptions options) => workload switch
    {
        "latency" => LatencyAsync(options),
        "pipelined" => PipelinedAsync(options),
        "touch" => TouchAsync(options),
        "fanin" => FaninAsync(options),
        "echo64k" => EchoAsync(options),
        "stream" => StreamAsync(options),
        "broadcast" => BroadcastAsync(options),
        "idle" => IdleAsync(options),
        "churn" => ChurnAsync(options),
        "mixed" => MixedAsync(options),
        "fair" => FairAsync(options),
        _ => throw new ArgumentException($"There is no workload '{workload}'."),
    };

    private static async Task<Result> LatencyAsync(RunOptions options)
    {
        await using var client = await ConnectAsync(options);
        var bench = client.GetProxy<IBench>();
        var latencies = new Latencies();
        var meter = new Meter(options);
        var cost = new Cost(bench, options);
        await meter.RunAsync(
            [() => TimedAdds(bench, meter, latencies)],
            async () =>
            {
                await cost.StartAsync();
                latencies.Clear();
            },
            cost.EndAsync);
        return cost.Of(new Result("latency", "rpc", options.Transport, "calls/s", meter.PerSecond), meter) with
        {
            P50 = latencies.At(0.5),
            P95 = latencies.At(0.95),
            P99 = latencies.At(0.99),
        };
    }

    private static async Task<Result> PipelinedAsync(RunOptions options)
    {
        var callers = options.Callers ?? 256;
        return await CallersAsync("pipelined", options, 1, callers, static async (bench, meter) =>
        {
            var counter = meter.NewCounter();
            while (!meter.IsStopped)
            {
                await bench.Hello("World");
                counter.Value++;
            }
        });
    }

    private static Task<Result> TouchAsync(RunOptions options) => CallersAsync("touch", options, 1, options.Callers ?? 256, static async (bench, meter) =>
    {
        var counter = meter.NewCounter();
        var player = Player.Sample();
        while (!meter.IsStopped)
        {
            player = await bench.Touch(player);
            counter.Value++;
        }
    });

    private static Task<Result> FaninAsync(RunOptions options) => CallersAsync("fanin", options, options.Connections ?? 50, options.Callers ?? 16, static async (bench, meter) =>
    {
        var counter = meter.NewCounter();
        while (!meter.IsStopped)
        {
            await bench.Add(1, 2);
            counter.Value++;
        }
    });

    private static async Task<Result> EchoAsync(RunOptions options)
    {
        var size = options.Size ?? 65_536;
        var result = await CallersAsync("echo64k", options, 1, options.Callers ?? 8, async (bench, meter) =>
        {
            var counter = meter.NewCounter();
            var payload = new byte[size];
            while (!meter.IsStopped)
            {
                await bench.Echo(payload);
                counter.Value++;
            }
        });
        return result with { Unit = "MB/s", Value = result.Value * size / 1e6, Note = $"{size} bytes" };
    }

    private static async Task<Result> StreamAsync(RunOptions options)
    {
        await using var client = await ConnectAsync(options);
        var bench = client.GetProxy<IBench>();
        var meter = new Meter(options);
        await meter.RunAsync([async () =>
        {
            var counter = meter.NewCounter();
            while (!meter.IsStopped)
            {
                await foreach (var tick in bench.Ticks(1_000_000))
                {
                    counter.Value++;
                    if (tick.Seq % 65_536 == 0 && meter.IsStopped)
                    {
                        break;
                    }
                }
            }
        }
        ]);
        return new Result("stream", "rpc", options.Transport, "items/s", meter.PerSecond) { ClientBytes = meter.Allocated / (double)meter.Counted };
    }

    private static async Task<Result> BroadcastAsync(RunOptions options)
    {
        var connections = options.Connections ?? 200;
        var meter = new Meter(options);
        var clients = new List<RpcClient>();
        for (var i = 0; i < connections; i++)
        {
            var receiver = new Receiver(meter.NewCounter());
            var client = await ConnectAsync(options, rpc => rpc.Serve<IBenchClient>(receiver));
            await client.GetProxy<IBench>().Join();
            clients.Add(client);
        }

        var bench = clients[0].GetProxy<IBench>();
        var milliseconds = (int)((options.Seconds + options.WarmUpSeconds) * 1000) + 500;
        await meter.RunAsync([() => bench.Broadcast(milliseconds).AsTask()]);
        await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
        return new Result("broadcast", "rpc", options.Transport, "msgs/s", meter.PerSecond)
        {
            ClientBytes = meter.Allocated / (double)meter.Counted,
            Note = $"{connections} connections",
        };
    }

    private static async Task<Result> IdleAsync(RunOptions options)
    {
        var count = options.Connections ?? 2000;
        await using var control = await ConnectAsync(options);
        var bench = control.GetProxy<IBench>();
        await bench.Measure();
        var before = await bench.Measure();
        var clients = new List<RpcClient>();
        for (var i = 0; i < count; i++)
        {
            var client = await ConnectAsync(options);
            await client.GetProxy<IBench>().Add(1, 2);
            clients.Add(client);
        }

        await bench.Measure();
        var after = await bench.Measure();
        await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
        return new Result("idle", "rpc", options.Transport, "bytes/connection", (after.Managed - before.Managed) / (double)count)
        {
            Resident = (after.Resident - before.Resident) / (double)count,
            Note = $"{count} connections",
        };
    }

    private static async Task<Result> ChurnAsync(RunOptions options)
    {
        var meter = new Meter(options);
        await meter.RunAsync(Enumerable.Range(0, options.Callers ?? 16).Select<int, Func<Task>>(_ => async () =>
        {
            var counter = meter.NewCounter();
            while (!meter.IsStopped)
            {
                await using var client = await ConnectAsync(options);
                await client.GetProxy<IBench>().Add(1, 2);
                counter.Value++;
            }
        }));
        return new Result("churn", "rpc", options.Transport, "connections/s", meter.PerSecond);
    }

    private static async Task<Result> MixedAsync(RunOptions options)
    {
        var idle = await LatencyAsync(options);
        await using var client = await ConnectAsync(options);
        var bench = client.GetProxy<IBench>();
        var latencies = new Latencies();
        var meter = new Meter(options);
        await meter.RunAsync(
            [
                () => TimedAdds(bench, meter, latencies),
                .. Enumerable.Range(0, 4).Select<int, Func<Task>>(_ => async () =>
                {
                    var payload = new byte[1_000_000];
                    while (!meter.IsStopped)
                    {
                        await bench.Echo(payload);
                    }
                }),
            ],
            () =>
            {
                latencies.Clear();
                return default;
            });
        return new Result("mixed", "rpc", options.Transport, "calls/s", meter.PerSecond)
        {
            P50 = latencies.At(0.5),
            P95 = latencies.At(0.95),
            P99 = latencies.At(0.99),
            IdleP99 = idle.P99,
            Note = string.Create(CultureInfo.InvariantCulture, $"p99 {idle.P99:0.0} us without the echoes"),
        };
    }

    /// <summary>Connections of 16 callers, of which one has 256: what it takes, and what an ordinary one is left with.</summary>
    private static async Task<Result> FairAsync(RunOptions options)
    {
        var connections = options.Connections ?? 50;
        var clients = new List<RpcClient>();
        for (var i = 0; i < connections; i++)
        {
            clients.Add(await ConnectAsync(options));
        }

        var meter = new Meter(options);
        var latencies = new Latencies();
        var busy = 0L;
        var all = new List<Func<Task>>();
        var busyCounters = new List<Meter.Counter>();
        for (var i = 0; i < connections; i++)
        {
            var bench = clients[i].GetProxy<IBench>();
            for (var caller = 0; caller < (i == 0 ? options.Callers ?? 256 : 16); caller++)
            {
                var isBusy = i == 0;
                all.Add(i == 1 && caller == 0
                    ? () => TimedAdds(bench, meter, latencies)
                    : async () =>
                    {
                        var counter = meter.NewCounter();
                        if (isBusy)
                        {
                            lock (busyCounters)
                            {
                                busyCounters.Add(counter);
                            }
                        }

                        while (!meter.IsStopped)
                        {
                            await bench.Add(1, 2);
                            counter.Value++;
                        }
                    });
            }
        }

        long Busy()
        {
            lock (busyCounters)
            {
                return busyCounters.Sum(static counter => Volatile.Read(ref counter.Value));
            }
        }

        await meter.RunAsync(
            all,
            () =>
            {
                latencies.Clear();
                busy = -Busy();
                return default;
            },
            () =>
            {
                busy += Busy();
                return default;
            });
        await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
        var ordinary = (meter.Counted - busy) / (double)(connections - 1);
        return new Result("fair", "rpc", options.Transport, "calls/s of an ordinary connection", ordinary / meter.Elapsed)
        {
            P50 = latencies.At(0.5),
            P95 = latencies.At(0.95),
            P99 = latencies.At(0.99),
            Note = FormattableString.Invariant($"the busy one {busy / ordinary:0.00} of that"),
        };
    }

    private static async Task<Result> CallersAsync(string workload, RunOptions options, int connections, int callers, Func<IBench, Meter, Task> caller)
    {
        var clients = new List<RpcClient>();
        for (var i = 0; i < connections; i++)
        {
            clients.Add(await ConnectAsync(options));
        }

        var meter = new Meter(options);
        var proxies = clients.Select(static client => client.GetProxy<IBench>()).ToArray();
        var cost = new Cost(proxies[0], options);
        await meter.RunAsync(
            proxies.SelectMany(proxy => Enumerable.Range(0, callers).Select<int, Func<Task>>(_ => () => caller(proxy, meter))),
            cost.StartAsync,
            cost.EndAsync);
        await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
        return cost.Of(new Result(workload, "rpc", options.Transport, "calls/s", meter.PerSecond), meter);
    }

    private static ValueTask<RpcClient> ConnectAsync(RunOptions options, Action<RpcClientOptions>? configure = null) => RpcClient.ConnectAsync(options.Address, rpc =>
    {
        UdpSecurity.Use(rpc, options.Address);
        rpc.Reconnect = options.Sessions ? new RpcReconnectOptions() : null;
        configure?.Invoke(rpc);
    });

    private static async Task TimedAdds(IBench bench, Meter meter, Latencies latencies)
    {
        var counter = meter.NewCounter();
        while (!meter.IsStopped)
        {
            var started = Stopwatch.GetTimestamp();
            await bench.Add(1, 2);
            latencies.Add(Stopwatch.GetTimestamp() - started);
            counter.Value++;
        }
    }

    private sealed class Receiver(Meter.Counter counter) : IBenchClient
    {
        public void OnTick(Tick tick) => counter.Value++;
    }
}
