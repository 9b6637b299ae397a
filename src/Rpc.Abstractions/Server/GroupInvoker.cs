using Rpc.Buffers;
using Rpc.Connections;
using Rpc.Serialization;

namespace Rpc.Server;

/// <summary>Carries the one-way calls of a group's proxy to its members. The arguments have been written once; each member's queue gets a copy of the bytes.</summary>
internal sealed class GroupInvoker<TContract> : RpcInvoker
    where TContract : class
{
    private readonly RpcGroup<TContract> _group;
    private readonly GroupFilter? _filter;

    /// <param name="group">The group.</param>
    /// <param name="filter">Who of its members gets what is pushed, or null for all.</param>
    public GroupInvoker(RpcGroup<TContract> group, GroupFilter? filter)
    {
        _group = group;
        _filter = filter;
    }

    public override int MaxPayloadSize => int.MaxValue / 2;

    public override void Send(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options)
    {
        Push(method, payload, options, awaited: false);
        _group.Link?.Publish(method, payload.WrittenSpan, options, _filter);
        payload.Return();
    }

    /// <summary>Pushes what came from another server.</summary>
    public void Relay(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options)
    {
        Push(method, payload, options, awaited: false);
        payload.Return();
    }

    public override ValueTask SendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            payload.Return();
            return new ValueTask(Task.FromCanceled(cancellationToken));
        }

        var wait = Push(method, payload, options, awaited: true);
        _group.Link?.Publish(method, payload.WrittenSpan, options, _filter);
        payload.Return();
        return wait is null ? default : WaitAsync(wait, cancellationToken);
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
        return new InvalidOperationException($"A group can only be pushed to: {method} is not one-way. AskAsync calls all members and gathers their answers.");
    }

    /// <summary>Gives each member its copy, or does what is to be done for one that is slow.</summary>
    /// <returns>What the caller has to wait for, or null.</returns>
    private GroupWait? Push(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, bool awaited)
    {
        // The frame is written once for all: each member's queue takes a copy of its bytes.
        var shared = Connection.TryShare(method, payload, options, out var frame) ? frame.Span : default;
        var policy = _group.PolicyOf(method);
        var waits = awaited && policy == RpcSlowMember.Wait;
        var soft = waits || policy is RpcSlowMember.DropOldest or RpcSlowMember.Latest;
        var copy = default(byte[]);
        var wait = default(GroupWait);
        foreach (var member in _group.Snapshot)
        {
            if (_filter is not null && !_filter.Includes(member.Connection))
            {
                continue;
            }

            switch (member.TryPush(method, payload.WrittenSpan, options, shared, soft ? member.Soft : member.Hard))
            {
                case PushOutcome.Lost:
                    _group.Counters.AddDropped();
                    break;
                case PushOutcome.Full when !soft && !member.IsBehind:
                    _group.Counters.AddDropped();
                    if (policy == RpcSlowMember.Disconnect)
                    {
                        _group.Disconnect(member);
                    }

                    break;
                case PushOutcome.Full:
                    PushSlow(member, method, payload, options, shared, ref copy, policy, waits ? wait ??= new GroupWait() : null);
                    break;
            }
        }

        return wait;
    }

    private void PushSlow(
        GroupMember member,
        RpcMethodDescriptor method,
        PayloadBuffer payload,
        RpcCallOptions? options,
        ReadOnlySpan<byte> shared,
        ref byte[]? copy,
        RpcSlowMember policy,
        GroupWait? wait)
    {
        // One copy for all members that are slow, where the frame is the same for all.
        var frame = shared.IsEmpty ? member.Connection.FrameOf(method, payload.WrittenSpan, options) : copy ??= shared.ToArray();
        if (frame is null)
        {
            _group.Counters.AddDropped();
            return;
        }

        var limit = wait is not null || policy is RpcSlowMember.DropOldest or RpcSlowMember.Latest ? member.Soft : member.Hard;
        var entry = new BacklogEntry(frame, member.Connection.OneWayOptions(method, options), limit, policy, method.Id, options?.Key, wait);
        if (!member.PushSlow(entry))
        {
            _group.Disconnect(member);
        }
    }

    private async ValueTask WaitAsync(GroupWait wait, CancellationToken cancellationToken)
    {
        _group.Counters.AddWaiting(1);
        try
        {
            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _group.Counters.AddWaiting(-1);
        }
    }
}
