namespace Rpc.EndToEnd.Tests;

[RpcService]
public interface ITestService
{
    ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);

    ValueTask<string> RunAsync(string what, CancellationToken cancellationToken = default);

    Task DoAsync(string what);

    void Note(int value);

    [RpcMethod(OneWay = true)]
    ValueTask NoteAsync(int value);

    IAsyncEnumerable<int> CountAsync(int count, CancellationToken cancellationToken = default);

    ValueTask<long> SumAsync(IAsyncEnumerable<int> items, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> TalkAsync(IAsyncEnumerable<string> lines);

    ValueTask<int> WorkAsync(int steps, IProgress<int>? progress);

    ValueTask<byte[]> EchoAsync(byte[] payload);
}

[RpcService]
public interface ITestClient
{
    ValueTask<string> AskAsync(string question, CancellationToken cancellationToken = default);

    void Told(string text);
}

[RpcPayload]
public sealed record Detail(int Code, string Text);
