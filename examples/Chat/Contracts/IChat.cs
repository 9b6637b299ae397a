using Rpc;

namespace Chat.Contracts;

/// <summary>What the server offers to each client.</summary>
[RpcService]
public interface IChat
{
    /// <summary>Takes a name for as long as the connection lasts. A name that another one has fails with a <see cref="NameTaken"/>.</summary>
    ValueTask SignInAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Leaves the room of before, enters another, and streams what was said there last. What is said from now on is pushed to
    /// <see cref="IChatClient"/>: no line is missed and none comes twice.</summary>
    IAsyncEnumerable<Line> JoinAsync(string room, CancellationToken cancellationToken = default);

    /// <summary>Says something to the others in the room.</summary>
    ValueTask SayAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>Says something to everybody, in whatever room. For hosts.</summary>
    [RpcAuthorize(Roles = "host")]
    ValueTask AnnounceAsync(string text, CancellationToken cancellationToken = default);

    /// <summary>The names of those in the room.</summary>
    ValueTask<IReadOnlyList<string>> WhoAsync(CancellationToken cancellationToken = default);
}
