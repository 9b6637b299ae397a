using Chat.Contracts;
using Rpc;

namespace Chat.Client;

/// <summary>What one types: commands, and lines to say.</summary>
internal sealed class Conversation(IChat chat, Screen screen)
{
    /// <summary>The room that was entered last.</summary>
    public string? Room { get; private set; }

    public async Task JoinAsync(string room, CancellationToken cancellationToken)
    {
        await screen.ShowAsync(room, chat.JoinAsync(room, cancellationToken));
        Room = room;
    }

    /// <summary>Does what a line says.</summary>
    /// <returns>False when the conversation is over.</returns>
    public async Task<bool> TakeAsync(string line, CancellationToken cancellationToken)
    {
        try
        {
            switch (line.Trim().Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                case []:
                    break;
                case ["/quit"]:
                    return false;
                case ["/who"]:
                    Console.WriteLine($"* here: {string.Join(", ", await chat.WhoAsync(cancellationToken))}");
                    break;
                case ["/join", var room]:
                    await JoinAsync(room, cancellationToken);
                    break;
                case ["/announce", var text]:
                    await chat.AnnounceAsync(text, cancellationToken);
                    break;
                case [['/', ..], ..]:
                    Console.WriteLine("* commands: /who, /join ROOM, /announce TEXT, /quit");
                    break;
                default:
                    await chat.SayAsync(line, cancellationToken);
                    break;
            }
        }
        catch (RpcException e) when (e.StatusCode is RpcStatusCode.InvalidArgument or RpcStatusCode.FailedPrecondition or RpcStatusCode.ResourceExhausted
            or RpcStatusCode.Unauthenticated or RpcStatusCode.PermissionDenied)
        {
            Console.WriteLine($"* {e.Message}");
        }

        return true;
    }
}
