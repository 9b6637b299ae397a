using BenchmarkDotNet.Attributes;
using Rpc.Client;
using Rpc.Server;

namespace Rpc.Benchmarks.Micro;

/// <summary>One message pushed to a group, until every member's queue has it and the members have room again.</summary>
[MemoryDiagnoser]
public class GroupBenchmarks
{
    private readonly List<RpcClient> _clients = [];
    private RpcServer _server = null!;
    private RpcGroup<IMicro> _group = null!;

    [Params(1, 100, 10_000)]
    public int Members { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _group = new RpcGroup<IMicro>();
        _server = RpcServer.Create(static rpc => rpc.AddService<IMicro>(static _ => new MicroService()).ListenInProcess("group"));
        await _server.StartAsync();
        for (var i = 0; i < Members; i++)
        {
            var client = await RpcClient.ConnectAsync("inproc://group", static options => options.Serve<IMicro>(new MicroService()));
            await client.GetProxy<IMicro>().AddAsync(1, 2);
            _clients.Add(client);
        }

        foreach (var connection in _server.Connections)
        {
            _group.Add(connection);
        }
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Benchmark]
    public ValueTask Push()
    {
        _group.All.Note(1);
        return _group.FlushAsync();
    }
}
