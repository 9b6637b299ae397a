using System.CommandLine;
using Chat.Client;
using Chat.Server;

var port = new Option<int>("--port") { Description = "The TCP port; 0 for any that is free.", DefaultValueFactory = _ => 7000 };
var webSocketPort = new Option<int?>("--ws-port") { Description = "The WebSocket port; 0 for any that is free, none without it." };
var key = new Option<string?>("--key") { Description = "What gets one in; anybody without it." };
var hostKey = new Option<string?>("--host-key") { Description = "What gets a host in, who may announce." };
var server = new Command("server", "Runs the server until Ctrl+C.") { port, webSocketPort, key, hostKey };
server.SetAction((parsed, cancellationToken) => ChatServer.RunAsync(
    parsed.GetValue(port), parsed.GetValue(webSocketPort), new Keys(parsed.GetValue(key), parsed.GetValue(hostKey)), cancellationToken));

var address = new Argument<string>("address") { Description = "Where the server is: tcp://host:port or ws://host:port/rpc." };
var name = new Option<string>("--name") { Description = "What you want to be called.", Required = true };
var room = new Option<string>("--room") { Description = "The room to enter.", DefaultValueFactory = _ => "lobby" };
var client = new Command("client", "Talks: a line is said to the room; /who, /join ROOM, /announce TEXT and /quit are commands.") { address, name, room, key };
client.SetAction((parsed, cancellationToken) => new ChatClient(
    parsed.GetRequiredValue(name), parsed.GetRequiredValue(room), parsed.GetValue(key)).RunAsync(parsed.GetRequiredValue(address), cancellationToken));

// Ctrl+C cancels the token. The host has up to 30 s for its clients; give it the time.
return await new RootCommand("Chat with rooms.") { server, client }
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(40) });
