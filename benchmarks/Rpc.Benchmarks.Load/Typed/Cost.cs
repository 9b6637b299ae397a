using Rpc.Benchmarks.Load.Reporting;
using Rpc.Benchmarks.Load.Workloads;

namespace Rpc.Benchmarks.Load.Typed;

/// <summary>What both processes and the wire spend between two moments.</summary>
internal sealed class Cost(IBench bench, RunOptions options)
{
    private Usage _client;
    private Usage _server;
    private Traffic _traffic;

    public async ValueTask StartAsync()
    {
        _server = await bench.Usage();
        _client = Usage.Now();
        _traffic = Traffic.Now();
    }

    public async ValueTask EndAsync()
    {
        _traffic = Traffic.Now() - _traffic;
        _client = Usage.Now() - _client;
        _server = await bench.Usage() - _server;
    }

    /// <summary>A result with the cost of each of the units that a meter has counted.</summary>
    public Result Of(Result result, Meter meter)
    {
        double calls = meter.Counted;
        var isUdp = options.Address.Scheme == "udp";
        return result with
        {
            ClientBytes = meter.Allocated / calls,
            ServerBytes = _server.Allocated / calls,
            ClientProcessor = _client.ProcessorSeconds * 1e6 / calls,
            ServerProcessor = _server.ProcessorSeconds * 1e6 / calls,
            WireBytes = isUdp ? _traffic.Bytes / calls : null,
            Datagrams = isUdp ? _traffic.Packets / calls : null,
        };
    }
}
