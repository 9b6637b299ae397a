using System.Threading.Channels;

namespace Quickstart;

/// <summary>The client's side: what the server calls.</summary>
public sealed class Player : IGameClient
{
    private readonly Channel<string> _announcements = Channel.CreateUnbounded<string>();

    public void Announce(string text) => _announcements.Writer.TryWrite(text);

    public ValueTask<bool> ConfirmAsync(string question, CancellationToken cancellationToken)
    {
        Console.WriteLine($"  asked back     {question} yes");
        return new(true);
    }

    public ValueTask<string> NextAnnouncementAsync() => _announcements.Reader.ReadAsync();
}
