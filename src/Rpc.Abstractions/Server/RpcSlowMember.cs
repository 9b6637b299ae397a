namespace Rpc.Server;

/// <summary>What a group does with a push to a member that reads more slowly than it is pushed to. Other members get theirs at once, whatever is chosen.</summary>
public enum RpcSlowMember
{
    /// <summary>Who awaits the push waits until the member has room, and nothing is lost. A <c>void</c> method cannot wait: its pushes are dropped for the member, as
    /// with <see cref="DropNewest"/>. The default.</summary>
    Wait = 0,

    /// <summary>The push is dropped for the member, which goes on with what was pushed before.</summary>
    DropNewest = 1,

    /// <summary>The push waits beside the member's queue; when too much does, the oldest is dropped.</summary>
    DropOldest = 2,

    /// <summary>The push waits beside the member's queue, and takes the place of one of the same method and <see cref="RpcCallOptions.Key"/> that waits there: the
    /// member gets the newest state, once.</summary>
    Latest = 3,

    /// <summary>The member's connection ends with <see cref="RpcCloseReason.ResourceExhausted"/>: for contracts of which no message may be missing.</summary>
    Disconnect = 4,
}
