using System.CommandLine;
using Arena.Bots;
using Arena.Server;

var port = new Option<int>("--port") { Description = "The UDP port of the arena; 0 for any that is free.", DefaultValueFactory = _ => 7200 };
var lobbyPort = new Option<int>("--lobby-port") { Description = "The TCP port of the lobby; 0 for any that is free.", DefaultValueFactory = _ => 7201 };
var seconds = new Option<int>("--seconds") { Description = "How long; for a server 0 is until Ctrl+C.", DefaultValueFactory = _ => 0 };
var server = new Command("server", "Runs the lobby and the arena.") { port, lobbyPort, seconds };
server.SetAction((parsed, cancellationToken) => ArenaServer.RunAsync(
    parsed.GetValue(port), parsed.GetValue(lobbyPort), parsed.GetValue(seconds), cancellationToken));

var lobby = new Argument<string>("lobby") { Description = "Where the lobby is: tcp://host:port." };
var arena = new Argument<string>("arena") { Description = "Where the arena is: udp://host:port." };
var playSeconds = new Option<int>("--seconds") { Description = "How long the bots play.", DefaultValueFactory = _ => 10 };
var count = new Option<int>("--count") { Description = "How many bots.", DefaultValueFactory = _ => 8 };
var loss = new Option<double>("--loss") { Description = "Packets that the network loses, in each direction, in percent.", DefaultValueFactory = _ => 0 };
var roundTrip = new Option<double>("--rtt") { Description = "The network's round trip, in milliseconds.", DefaultValueFactory = _ => 0 };
var bots = new Command("bots", "Lets bots play.") { lobby, arena, count, playSeconds, loss, roundTrip };
bots.SetAction((parsed, cancellationToken) => BotRunner.RunAsync(
    new Uri(parsed.GetRequiredValue(lobby)), new Uri(parsed.GetRequiredValue(arena)), parsed.GetValue(count), parsed.GetValue(playSeconds), parsed.GetValue(loss), parsed.GetValue(roundTrip), cancellationToken));

return await new RootCommand("A game over UDP: the server decides where everyone is, 30 times a second.") { server, bots }
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
