using System.CommandLine;
using System.Globalization;
using System.Net;
using Rpc.Benchmarks.Load;
using Rpc.Benchmarks.Load.Attacks;
using Rpc.Benchmarks.Load.Raw;
using Rpc.Benchmarks.Load.Reporting;
using Rpc.Benchmarks.Load.Typed;
using Rpc.Benchmarks.Load.Workloads;

string[] workloads = ["latency", "pipelined", "touch", "fanin", "echo64k", "stream", "broadcast", "idle", "churn", "mixed", "fair"];

var transport = new Option<string>("--transport") { Description = "tcp, ws, unix, udp, udp-token or udp-key; for 'all' a list with commas", DefaultValueFactory = static _ => "tcp" };
var target = new Option<string>("--target") { Description = "rpc or raw", DefaultValueFactory = static _ => "rpc" };
var port = new Option<int>("--port") { Description = "The server's port; 0 for a free one" };
var bind = new Option<string>("--bind") { Description = "The address that the server listens at", DefaultValueFactory = static _ => "127.0.0.1" };
var address = new Option<string?>("--address") { Description = "The server, such as tcp://127.0.0.1:7000" };
var seconds = new Option<double>("--seconds") { Description = "How long to measure", DefaultValueFactory = static _ => 5 };
var warmUp = new Option<double>("--warm-up") { Description = "How long to run before", DefaultValueFactory = static _ => 2 };
var repeat = new Option<int>("--repeat") { Description = "Runs of each; the median is reported", DefaultValueFactory = static _ => 3 };
var callers = new Option<int?>("--callers") { Description = "Calls in flight" };
var connections = new Option<int?>("--connections") { Description = "Connections" };
var size = new Option<int?>("--size") { Description = "Bytes of payload" };
var sessions = new Option<bool>("--sessions") { Description = "Gives connections sessions that can be resumed" };
var workload = new Argument<string>("workload") { Description = string.Join(", ", workloads) };
var only = new Option<string?>("--only") { Description = "Workloads to run, a list with commas" };

var serverCommand = new Command("server", "Serves until it is killed; prints its address.") { transport, target, port, bind };
serverCommand.SetAction(async parsed =>
{
    var ip = IPAddress.Parse(parsed.GetValue(bind)!);
    if (parsed.GetValue(target) == "raw")
    {
        if (UdpSecurity.Has(parsed.GetValue(transport)!))
        {
            using var udp = new RawUdpServer(parsed.GetValue(transport)!, ip, parsed.GetValue(port));
            Console.WriteLine(udp.Address);
            await udp.RunAsync();
            return;
        }

        using var raw = new RawServer(parsed.GetValue(transport)!, ip, parsed.GetValue(port));
        Console.WriteLine(raw.Address);
        await raw.RunAsync();
        return;
    }

    await using var server = await TypedServer.StartAsync(parsed.GetValue(transport)!, ip, parsed.GetValue(port));
    Console.WriteLine(server.Address);
    await Task.Delay(Timeout.Infinite);
});

var clientCommand = new Command("client", "Runs one workload and prints one line of JSON.") { workload, transport, target, port, address, seconds, warmUp, callers, connections, size, sessions };
clientCommand.SetAction(async parsed =>
{
    var uri = new Uri(parsed.GetValue(address) ?? $"{parsed.GetValue(transport)}://127.0.0.1:{parsed.GetValue(port)}");
    var options = new RunOptions(
        uri,
        UdpSecurity.NameOf(uri),
        parsed.GetValue(seconds),
        parsed.GetValue(warmUp),
        parsed.GetValue(callers),
        parsed.GetValue(connections),
        parsed.GetValue(size),
        parsed.GetValue(sessions));
    var name = parsed.GetValue(workload)!;
    var run = parsed.GetValue(target) == "raw" ? RawWorkloads.RunAsync(name, options) : TypedWorkloads.RunAsync(name, options);
    if (run is not null)
    {
        Console.WriteLine(ResultJson.Write(await run));
    }
});

var allCommand = new Command("all", "Runs every workload against the framework and the yardstick, in turn, and prints a table.") { transport, seconds, warmUp, repeat, callers, connections, size, sessions, only };
allCommand.SetAction(async parsed =>
{
    var arguments = new List<string>
    {
        "--seconds", parsed.GetValue(seconds).ToString(CultureInfo.InvariantCulture),
        "--warm-up", parsed.GetValue(warmUp).ToString(CultureInfo.InvariantCulture),
    };
    foreach (var option in (Option<int?>[])[callers, connections, size])
    {
        if (parsed.GetValue(option) is { } value)
        {
            arguments.Add(option.Name);
            arguments.Add(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    if (parsed.GetValue(sessions))
    {
        arguments.Add(sessions.Name);
    }

    var runner = new Runner(arguments, parsed.GetValue(repeat));
    var chosen = parsed.GetValue(only)?.Split(',') ?? workloads;
    var results = await runner.RunAsync(chosen, parsed.GetValue(transport)!.Split(','));
    Console.WriteLine();
    Console.WriteLine(Table.Of(results));
});

var sweepCommand = new Command("sweep", "Runs workloads at growing sizes and prints how their cost grows.") { transport, seconds, warmUp, only };
sweepCommand.SetAction(async parsed =>
{
    string[] arguments =
    [
        "--seconds", parsed.GetValue(seconds).ToString(CultureInfo.InvariantCulture),
        "--warm-up", parsed.GetValue(warmUp).ToString(CultureInfo.InvariantCulture),
    ];
    var chosen = parsed.GetValue(only)?.Split(',');
    var tables = new List<string>();
    foreach (var sweep in Sweep.All.Where(sweep => chosen is null || chosen.Contains(sweep.Workload)))
    {
        tables.Add(await sweep.RunAsync(arguments, parsed.GetValue(transport)!));
    }

    Console.WriteLine();
    Console.WriteLine(string.Join(Environment.NewLine, tables));
});

var cores = new Option<string?>("--attacker-cores") { Description = "Processors that the attacker may use, as taskset takes them" };
var rate = new Option<int?>("--rate") { Description = "How often a second, instead of the attack's own" };
var attackName = new Argument<string>("attack") { Description = string.Join(", ", Attack.All.Select(static attack => attack.Name)) };

var attackCommand = new Command("attack", "Measures a well-behaved connection while the server is attacked, and prints a table.") { seconds, repeat, cores, only };
attackCommand.SetAction(async parsed =>
{
    var table = await new AttackBench(parsed.GetValue(seconds), parsed.GetValue(repeat), parsed.GetValue(cores), parsed.GetValue(only)?.Split(',')).RunAsync();
    Console.WriteLine();
    Console.WriteLine(table);
});

var attackClientCommand = new Command("attack-client", "Attacks a server at the loopback; prints how often a second it did.") { attackName, port, seconds, rate };
attackClientCommand.SetAction(async parsed =>
{
    var attack = Attack.All.Single(attack => attack.Name == parsed.GetValue(attackName));
    var time = parsed.GetValue(seconds);
    var attacker = new Attacker(parsed.GetValue(port), parsed.GetValue(rate) ?? attack.Rate, time);
    await attack.Start(attacker);
    Console.WriteLine((attacker.Done / time).ToString("f0", CultureInfo.InvariantCulture));
});

return await new RootCommand("Load benchmarks of Rpc, beside the same traffic over plain sockets.") { allCommand, sweepCommand, serverCommand, clientCommand, attackCommand, attackClientCommand }.Parse(args).InvokeAsync();
