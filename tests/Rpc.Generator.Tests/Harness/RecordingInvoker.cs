using Rpc.Buffers;
using Rpc.Connections;
using Rpc.Serialization;

namespace Rpc.Generator.Tests.Harness;

/// <summary>Keeps what proxies hand over instead of sending it. Called by compiled scenarios.</summary>
public sealed class RecordingInvoker : RpcInvoker
{
    /// <summary>The calls in order.</summary>
    public List<RecordedCall> Calls { get; } = [];

    /// <summary>The last call.</summary>
    public RecordedCall Last => Calls[^1];

    public int Limit { get; init; } = 1024 * 1024;

    public override int MaxPayloadSize => Limit;

    public override ValueTask<T> CallAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        Record(nameof(CallAsync) + "<T>", method, payload, formatter, streams, options, cancellationToken);
        return default;
    }

    public override ValueTask CallAsync(
        RpcMethodDescriptor method, PayloadBuffer payload, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        Record(nameof(CallAsync), method, payload, null, streams, options, cancellationToken);
        return default;
    }

    public override void Send(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options) =>
        Record(nameof(Send), method, payload, null, null, options, default);

    public override ValueTask SendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        Record(nameof(SendAsync), method, payload, null, null, options, cancellationToken);
        return default;
    }

    public override IAsyncEnumerable<T> StreamAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        Record(nameof(StreamAsync), method, payload, formatter, streams, options, cancellationToken);
        return Nothing<T>();
    }

    private void Record(
        string verb, RpcMethodDescriptor method, PayloadBuffer payload, object? formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        Calls.Add(new RecordedCall(verb, method, Convert.ToHexString(payload.WrittenSpan), formatter, streams, options, cancellationToken));
        payload.Return();
    }

    private static async IAsyncEnumerable<T> Nothing<T>()
    {
        await Task.CompletedTask;
        yield break;
    }
}
