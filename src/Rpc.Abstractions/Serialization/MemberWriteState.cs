namespace Rpc.Serialization;

/// <summary>Keeps track of a version-tolerant object that is being written; see <see cref="PayloadWriter.BeginMembers"/>.</summary>
public struct MemberWriteState
{
    /// <summary>Where the next length goes.</summary>
    internal int LengthAt;

    /// <summary>Where the member that is being written began.</summary>
    internal int MemberAt;
}
