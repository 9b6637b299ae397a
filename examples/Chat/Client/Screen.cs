using Chat.Contracts;

namespace Chat.Client;

/// <summary>What the server calls: prints what others say and do. What comes while the history of a room is shown waits until after it.</summary>
internal sealed class Screen : IChatClient
{
    private readonly Lock _gate = new();
    private List<string>? _waiting;

    public void Said(Line line) => Print(Format(line));

    public void Announced(string text) => Print($"*** {text}");

    public void Joined(string name) => Print($"* {name} has joined");

    public void Left(string name) => Print($"* {name} has left");

    /// <summary>Shows a room's history.</summary>
    public async Task ShowAsync(string room, IAsyncEnumerable<Line> history)
    {
        lock (_gate)
        {
            _waiting = [];
        }

        try
        {
            var first = true;
            await foreach (var line in history)
            {
                if (first)
                {
                    Console.WriteLine($"* said in {room} before:");
                    first = false;
                }

                Console.WriteLine(Format(line));
            }

            Console.WriteLine($"* you are in {room}");
        }
        finally
        {
            lock (_gate)
            {
                _waiting.ForEach(Console.WriteLine);
                _waiting = null;
            }
        }
    }

    private static string Format(Line line) => $"{line.At.ToLocalTime():HH:mm} {line.Name}: {line.Text}";

    private void Print(string text)
    {
        lock (_gate)
        {
            if (_waiting is not null)
            {
                _waiting.Add(text);
            }
            else
            {
                Console.WriteLine(text);
            }
        }
    }
}
