using System.CommandLine;
using Rpc.Benchmarks.Network;

var calls = new Option<int>("--calls") { Description = "Calls of each figure of the simulator", DefaultValueFactory = static _ => 20_000 };
var seconds = new Option<double>("--seconds") { Description = "How long each figure of the relay is measured", DefaultValueFactory = static _ => 20 };

var simulator = new Command("simulator", "What the protocol does on a simulated network, under a virtual clock.") { calls };
simulator.SetAction(parsed =>
{
    SimulatorTables.Latency(parsed.GetValue(calls));
    SimulatorTables.Transfer();
    SimulatorTables.Goodput();
    SimulatorTables.Fairness();
});

var relay = new Command("relay", "The same through a relay with real sockets, and TCP through one.") { seconds };
relay.SetAction(async parsed =>
{
    await RelayTables.LatencyAsync(parsed.GetValue(seconds));
    await RelayTables.TransferAsync();
});

var count = new Option<int>("--count") { Description = "Handshakes of each kind", DefaultValueFactory = static _ => 3_000 };
var handshakes = new Command("handshakes", "What handshakes cost each side.") { count };
handshakes.SetAction(parsed => HandshakeTable.Print(parsed.GetValue(count)));

return await new RootCommand("What a bad network makes of calls: the tables of docs/performance-udp.md.") { simulator, relay, handshakes }.Parse(args).InvokeAsync();
