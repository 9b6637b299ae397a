using Rpc.WebSocketEcho;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case ["--port", var port] when ushort.TryParse(port, out var number):
        await using (var server = await EchoServer.StartAsync(number))
        {
            Console.WriteLine($"Listening at {server.Address}");
            await server.RunAsync(stop.Token);
        }

        return 0;

    case ["--connect", var address] when Uri.TryCreate(address, UriKind.Absolute, out var uri):
        await EchoClient.RunAsync(uri, stop.Token);
        return 0;

    default:
        await Console.Error.WriteLineAsync("Usage: --port <port, 0 for any> | --connect <ws://host:port/path>");
        return 2;
}
