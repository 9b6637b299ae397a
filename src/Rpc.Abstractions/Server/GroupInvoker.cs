using Rpc.Buffers;
using Rpc.Connections;
using Rpc.Serialization;

namespace Rpc.Server;

/// <summary>Carries the one-way calls of a group's proxy to its members. The arguments have been written once; each member's queue gets a copy of the bytes.</summary>
internal sealed class GroupInvoker<TContract> : RpcInvoker
    where TContract : class
{
    private readonly RpcGroup<TContract> _group;
    private readonly Func<Connection[], RpcConnection[]?, Connection[]> _select;
    private readonly RpcConnection[]? _connections;

    public GroupInvoker(RpcGroup<TContract> group, Func<Connection[], RpcConnection[]?, Connection[]> select, RpcConnection[]? connections)
    {
        _group = group;
        _select = select;
        _connections = connections;
    }

    public override int MaxPayloadSize => int.MaxValue / 2;

    public override void Send(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options)
    {
        // The frame is written once for all: each member's queue takes a copy of its bytes.
        var shared = Connection.TryShare(method, payload, options, out var frame) ? frame.Span : default;
        foreach (var member in _select(_group.Snapshot, _connections))
        {
            if (!member.TryPush(method, payload.WrittenSpan, options, shared))
            {
                _group.CountDropped();
            }
        }

        payload.Return();
    }

    public override async ValueTask SendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        var members = _select(_group.Snapshot, _connections);
        var waits = new List<Task>();
        foreach (var member in members)
        {
            try
            {
                var sent = member.PushAsync(method, payload.WrittenMemory, options, cancellationToken);
                if (!sent.IsCompletedSuccessfully)
                {
                    waits.Add(CountIfDropped(sent));
                }
            }
            catch (RpcException)
            {
                _group.CountDropped();
            }
        }

        payload.Return();
        await Task.WhenAll(waits).ConfigureAwait(false);
    }

    public override ValueTask<T> CallAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken) =>
        throw NotOneWay(method, payload);

    public override ValueTask CallAsync(
        RpcMethodDescriptor method, PayloadBuffer payload, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken) =>
        throw NotOneWay(method, payload);

    public override IAsyncEnumerable<T> StreamAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken) =>
        throw NotOneWay(method, payload);

    private static InvalidOperationException NotOneWay(RpcMethodDescriptor method, PayloadBuffer payload)
    {
        payload.Return();
        return new InvalidOperationException($"A group can only be pushed to: {method} is not one-way. Call the members one by one.");
    }

    private async Task CountIfDropped(ValueTask sent)
    {
        try
        {
            await sent.ConfigureAwait(false);
        }
        catch (RpcException)
        {
            _group.CountDropped();
        }
    }
}
