using System.Threading.Channels;

namespace Rpc.EndToEnd.Tests;

internal sealed class TestClient : ITestClient
{
    public Func<string, CancellationToken, ValueTask<string>> OnAsk { get; set; } = (question, _) => new(question + "!");

    public Channel<string> Heard { get; } = Channel.CreateUnbounded<string>();

    public ValueTask<string> AskAsync(string question, CancellationToken cancellationToken = default) => OnAsk(question, cancellationToken);

    public void Told(string text) => Heard.Writer.TryWrite(text);
}
