using BenchmarkDotNet.Attributes;
using Rpc.Client;
using Rpc.Server;

namespace Rpc.Benchmarks.Micro;

/// <summary>Calls, one-way calls and stream items within one process: everything but a socket. A one-way call is a frame written, read and dispatched.</summary>
[MemoryDiagnoser]
public class CallBenchmarks
{
    private const int Many = 1000;

    private RpcServer _server = null!;
    private RpcClient _client = null!;
    private IMicro _micro = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _server = RpcServer.Create(static rpc => rpc.AddService<IMicro>(static _ => new MicroService()).ListenInProcess("micro"));
        await _server.StartAsync();
        _client = await RpcClient.ConnectAsync("inproc://micro");
        _micro = _client.GetProxy<IMicro>();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Benchmark]
    public ValueTask<int> Call() => _micro.AddAsync(1, 2);

    [Benchmark]
    public ValueTask<Player> CallWithObject() => _micro.TouchAsync(Player.Sample);

    [Benchmark(OperationsPerInvoke = Many)]
    public async Task<int> OneWay()
    {
        for (var i = 0; i < Many; i++)
        {
            _micro.Note(i);
        }

        return await _micro.NotedAsync();
    }

    [Benchmark(OperationsPerInvoke = Many)]
    public async Task<int> CallOfMany()
    {
        var callers = new Task<int>[100];
        for (var i = 0; i < callers.Length; i++)
        {
            callers[i] = CallOneAfterAnotherAsync(Many / callers.Length);
        }

        return (await Task.WhenAll(callers)).Sum();
    }

    private async Task<int> CallOneAfterAnotherAsync(int count)
    {
        var sum = 0;
        for (var i = 0; i < count; i++)
        {
            sum += await _micro.AddAsync(i, i);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = 100 * Many)]
    public async Task<int> StreamItem()
    {
        var count = 0;
        await foreach (var _ in _micro.WatchAsync(100 * Many))
        {
            count++;
        }

        return count;
    }
}
