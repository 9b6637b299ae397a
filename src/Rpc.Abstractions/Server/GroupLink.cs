namespace Rpc.Server;

/// <summary>Ties a named group to the groups of that name on other servers.</summary>
internal sealed class GroupLink
{
    private readonly object _gate = new();
    private readonly IRpcBackplane _backplane;
    private readonly Guid _node;
    private readonly string _channel;
    private IDisposable? _subscription;

    /// <param name="backplane">Carries the messages.</param>
    /// <param name="node">This server's id.</param>
    /// <param name="channel">The channel of the group.</param>
    public GroupLink(IRpcBackplane backplane, Guid node, string channel)
    {
        _backplane = backplane;
        _node = node;
        _channel = channel;
    }

    /// <summary>Whether a message was made here.</summary>
    public bool IsOwn(Guid publisher) => publisher == _node;

    /// <summary>Sends a push to the other servers.</summary>
    public void Publish(RpcMethodDescriptor method, ReadOnlySpan<byte> arguments, RpcCallOptions? options, GroupFilter? filter)
    {
        // Connections are of this server: others have none of them to push to, and none to leave out.
        if (filter is { Users: null, IsExclusion: false })
        {
            return;
        }

        _backplane.Publish(_channel, GroupMessage.Write(_node, method, arguments, options, filter));
    }

    /// <summary>Subscribes while there are members.</summary>
    /// <param name="hasMembers">Tells whether there are; asked under the lock, so that the last to come and the last to go agree.</param>
    /// <param name="receive">Takes a message.</param>
    public void Update(Func<bool> hasMembers, Action<ReadOnlyMemory<byte>> receive)
    {
        lock (_gate)
        {
            if (!hasMembers())
            {
                _subscription?.Dispose();
                _subscription = null;
            }
            else
            {
                _subscription ??= _backplane.Subscribe(_channel, receive);
            }
        }
    }
}
