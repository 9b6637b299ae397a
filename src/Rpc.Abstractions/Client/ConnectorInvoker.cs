using System.Runtime.CompilerServices;
using Rpc.Buffers;
using Rpc.Connections;
using Rpc.Serialization;

namespace Rpc.Client;

/// <summary>Carries calls by the current connection of a <see cref="ClientConnector"/>; waits for one where there is none.</summary>
internal sealed class ConnectorInvoker : RpcInvoker
{
    private readonly ClientConnector _connector;

    public ConnectorInvoker(ClientConnector connector) => _connector = connector;

    public override int MaxPayloadSize => _connector.Current?.MaxPayloadSize ?? int.MaxValue / 2;

    public override ValueTask<T> CallAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        return _connector.Current is { } connection
            ? connection.CallAsync(method, payload, formatter, streams, options, cancellationToken)
            : ConnectThenCallAsync();

        async ValueTask<T> ConnectThenCallAsync()
        {
            var made = await ConnectAsync(method, payload, cancellationToken).ConfigureAwait(false);
            return await made.CallAsync(method, payload, formatter, streams, options, cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask CallAsync(
        RpcMethodDescriptor method, PayloadBuffer payload, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        return _connector.Current is { } connection
            ? connection.CallAsync(method, payload, streams, options, cancellationToken)
            : ConnectThenCallAsync();

        async ValueTask ConnectThenCallAsync()
        {
            var made = await ConnectAsync(method, payload, cancellationToken).ConfigureAwait(false);
            await made.CallAsync(method, payload, streams, options, cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Send(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options)
    {
        if (_connector.Current is { } connection)
        {
            connection.Send(method, payload, options);
            return;
        }

        payload.Return();
        throw new RpcException(
            RpcStatusCode.Unavailable, $"{method} was not sent: there is no connection. A call that can be awaited makes one; a one-way call that returns ValueTask can.");
    }

    public override async ValueTask SendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(method, payload, cancellationToken).ConfigureAwait(false);
        await connection.SendAsync(method, payload, options, cancellationToken).ConfigureAwait(false);
    }

    public override IAsyncEnumerable<T> StreamAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        var arguments = payload.WrittenSpan.ToArray();
        payload.Return();
        return EnumerateAsync(method, arguments, formatter, streams, options, cancellationToken);
    }

    private async IAsyncEnumerable<T> EnumerateAsync<T>(
        RpcMethodDescriptor method,
        byte[] arguments,
        Formatter<T> formatter,
        RpcStreamParameter?[]? streams,
        RpcCallOptions? options,
        CancellationToken callToken,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(callToken, cancellationToken);
        var connection = await _connector.GetAsync(linked.Token).ConfigureAwait(false);
        var payload = PayloadBuffer.Rent(connection.MaxPayloadSize);
        arguments.CopyTo(payload.GetSpan(arguments.Length));
        payload.Advance(arguments.Length);
        var items = connection.Invoker.StreamAsync(method, payload, formatter, streams, options, linked.Token);
        await foreach (var item in items.ConfigureAwait(false))
        {
            yield return item;
        }
    }

    private async ValueTask<Connection> ConnectAsync(RpcMethodDescriptor method, PayloadBuffer payload, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _connector.GetAsync(cancellationToken).ConfigureAwait(false);
            return payload.Length <= connection.MaxPayloadSize
                ? connection
                : throw new RpcException(RpcStatusCode.ResourceExhausted, $"The arguments of {method} are larger than the peer's limit of {connection.MaxPayloadSize} bytes.");
        }
        catch
        {
            payload.Return();
            throw;
        }
    }
}
