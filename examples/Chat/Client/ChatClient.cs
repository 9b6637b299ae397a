using Chat.Contracts;
using Rpc;
using Rpc.Client;

namespace Chat.Client;

/// <summary>The client: a connection that comes back, a screen, and what is typed.</summary>
internal sealed class ChatClient(string name, string room, string? key)
{
    private readonly Screen _screen = new();
    private Conversation? _conversation;

    /// <returns>The exit code of the process.</returns>
    public async Task<int> RunAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            await using var client = await RpcClient.ConnectAsync(address, Configure, cancellationToken);
            client.StatusChanged += (_, status) => Show(status);
            _conversation = new Conversation(client.GetProxy<IChat>(), _screen);
            if (await TalkAsync(client, _conversation, cancellationToken))
            {
                await client.CloseAsync(cancellationToken);
                Console.WriteLine("* bye");
                return 0;
            }

            return Fail($"The connection has ended: {client.Status.Reason?.Reason}. {client.Status.Reason?.Message}");
        }
        catch (RpcException e) when (e.TryGetDetail<NameTaken>(out var taken))
        {
            return Fail($"The name {taken!.Name} is taken; {taken.Free} is free.");
        }
        catch (Exception e) when (e is RpcConnectException or ArgumentException)
        {
            // Nobody there, no such address, or a key that does not fit.
            return Fail(e.Message);
        }
        catch (RpcException e)
        {
            return Fail($"{e.StatusCode}: {e.Message}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private void Configure(RpcClientOptions options)
    {
        // One at a time: lines are printed in the order in which they were sent.
        options.Serve<IChatClient>(_screen, service => service.Sequential = true);
        if (key is not null)
        {
            options.Credentials = _ => new(new RpcCredentials("Key", key));
        }

        // A connection that breaks is resumed, and nobody notices. When the server was restarted, the next one begins like the first.
        options.Reconnect = new RpcReconnectOptions { MaxAttempts = 60, MaxDelay = TimeSpan.FromSeconds(1), Connected = EnterAsync };
    }

    private async ValueTask EnterAsync(RpcConnection connection, CancellationToken cancellationToken)
    {
        var chat = connection.GetProxy<IChat>();
        await chat.SignInAsync(name, cancellationToken);
        await new Conversation(chat, _screen).JoinAsync(_conversation?.Room ?? room, cancellationToken);
    }

    /// <returns>True when the user has ended it, false when the connection has.</returns>
    private static async Task<bool> TalkAsync(RpcClient client, Conversation conversation, CancellationToken cancellationToken)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StatusChanged += (_, status) =>
        {
            if (status.State == RpcClientState.Closed)
            {
                closed.TrySetResult();
            }
        };

        while (client.Status.State != RpcClientState.Closed)
        {
            // A console cannot be read with a token: a thread of the pool waits there, and is left there when the connection ends first.
            var typed = Task.Run(Console.ReadLine, CancellationToken.None);
            await Task.WhenAny(typed, closed.Task).WaitAsync(cancellationToken);
            if (!typed.IsCompleted)
            {
                break;
            }

            if (await typed is not { } line || !await conversation.TakeAsync(line, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private static void Show(RpcClientStatus status)
    {
        switch (status.State)
        {
            case RpcClientState.Reconnecting:
                Console.WriteLine($"* connection lost, attempt {status.Attempt} ({status.Reason?.Reason})");
                break;
            case RpcClientState.Open:
                Console.WriteLine("* connected");
                break;
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
