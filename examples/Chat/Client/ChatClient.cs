using Chat.Contracts;
using Rpc;
using Rpc.Client;

namespace Chat.Client;

/// <summary>The client: a connection, a screen, and what is typed.</summary>
internal static class ChatClient
{
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(string address, string name, string room, CancellationToken cancellationToken)
    {
        try
        {
            var screen = new Screen();
            // One at a time: lines are printed in the order in which they were sent.
            await using var client = await RpcClient.ConnectAsync(
                address, options => options.Serve<IChatClient>(screen, service => service.Sequential = true), cancellationToken);

            var chat = client.GetProxy<IChat>();
            await chat.SignInAsync(name, cancellationToken);
            await TalkAsync(client.Connection, new Conversation(chat, screen), room, cancellationToken);
            await client.CloseAsync(cancellationToken);

            var closed = await client.Connection.Closed;
            if (closed.Reason != RpcCloseReason.Normal)
            {
                return Fail($"The connection has ended: {closed.Reason}. {closed.Message}");
            }

            Console.WriteLine("* bye");
            return 0;
        }
        catch (RpcException e) when (e.TryGetDetail<NameTaken>(out var taken))
        {
            return Fail($"The name {taken!.Name} is taken; {taken.Free} is free.");
        }
        catch (Exception e) when (e is RpcConnectException or ArgumentException)
        {
            // Nobody there, or no such address.
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

    private static async Task TalkAsync(RpcConnection connection, Conversation conversation, string room, CancellationToken cancellationToken)
    {
        await conversation.JoinAsync(room, cancellationToken);
        while (true)
        {
            // A console cannot be read with a token: a thread of the pool waits there, and is left there when the connection ends first.
            var typed = Task.Run(Console.ReadLine, CancellationToken.None);
            await Task.WhenAny(typed, connection.Closed).WaitAsync(cancellationToken);
            if (!typed.IsCompleted || await typed is not { } line || !await conversation.TakeAsync(line, cancellationToken))
            {
                return;
            }
        }
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
