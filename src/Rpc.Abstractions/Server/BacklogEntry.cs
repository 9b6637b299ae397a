using Rpc.Connections;

namespace Rpc.Server;

/// <summary>One push that waits for one member.</summary>
internal sealed class BacklogEntry
{
    public BacklogEntry(byte[] frame, SendOptions options, long limit, RpcSlowMember policy, uint method, object? key, GroupWait? wait)
    {
        Frame = frame;
        Options = options;
        Limit = limit;
        Policy = policy;
        Method = method;
        Key = key;
        Wait = wait;
    }

    /// <summary>The frame; the members share its bytes. Replaced by a newer one of the same key.</summary>
    public byte[] Frame { get; set; }

    public SendOptions Options { get; set; }

    /// <summary>The length of the member's queue from which on it waits.</summary>
    public long Limit { get; }

    public RpcSlowMember Policy { get; }

    public uint Method { get; }

    public object? Key { get; }

    /// <summary>Who awaits it, or null.</summary>
    public GroupWait? Wait { get; }

    /// <summary>Its place among all that wait; null when it waits no more.</summary>
    public LinkedListNode<BacklogEntry>? Place { get; set; }

    /// <summary>Its place among those that may be dropped; null when it may not.</summary>
    public LinkedListNode<BacklogEntry>? DroppablePlace { get; set; }

    public bool IsDroppable => Policy is RpcSlowMember.DropOldest or RpcSlowMember.Latest;
}
