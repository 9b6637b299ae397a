using Rpc.Buffers;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>Carries the calls of a connection's proxies.</summary>
internal sealed class ConnectionInvoker : RpcInvoker
{
    private readonly Connection _connection;

    public ConnectionInvoker(Connection connection) => _connection = connection;

    public override int MaxPayloadSize => _connection.MaxPayloadSize;

    public override ValueTask<T> CallAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken) =>
        _connection.CallAsync(method, payload, formatter, streams, options, cancellationToken);

    public override ValueTask CallAsync(
        RpcMethodDescriptor method, PayloadBuffer payload, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken) =>
        _connection.CallAsync(method, payload, streams, options, cancellationToken);

    public override void Send(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options) => _connection.Send(method, payload, options);

    public override ValueTask SendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken) =>
        _connection.SendAsync(method, payload, options, cancellationToken);

    public override IAsyncEnumerable<T> StreamAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        var arguments = payload.WrittenSpan.ToArray();
        payload.Return();
        return new StreamRequest<T>(_connection, method, arguments, formatter, streams, options, cancellationToken);
    }
}
