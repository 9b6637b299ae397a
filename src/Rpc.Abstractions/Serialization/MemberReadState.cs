namespace Rpc.Serialization;

/// <summary>Keeps track of a version-tolerant object that is being read; see <see cref="PayloadReader.BeginMembers"/>.</summary>
public struct MemberReadState
{
    /// <summary>Where the next length stands.</summary>
    internal int LengthAt;

    /// <summary>The lengths that have not been taken.</summary>
    internal int Left;

    /// <summary>Where the member that is being read must end.</summary>
    internal int MemberEnd;
}
