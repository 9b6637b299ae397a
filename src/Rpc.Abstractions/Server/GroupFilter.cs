namespace Rpc.Server;

/// <summary>Chooses among the members of a group: some connections or users alone, or all but them.</summary>
internal sealed class GroupFilter
{
    private readonly RpcConnection[]? _connections;
    private readonly string[]? _users;

    public GroupFilter(RpcConnection[] connections, bool exclude)
    {
        _connections = connections ?? throw new ArgumentNullException(nameof(connections));
        IsExclusion = exclude;
    }

    public GroupFilter(string[] users, bool exclude)
    {
        _users = users ?? throw new ArgumentNullException(nameof(users));
        IsExclusion = exclude;
    }

    /// <summary>Whether those named are left out.</summary>
    public bool IsExclusion { get; }

    /// <summary>The users that are named; null when connections are.</summary>
    public IReadOnlyList<string>? Users => _users;

    public bool Includes(RpcConnection member)
    {
        var named = _connections is not null
            ? Array.IndexOf(_connections, member) >= 0
            : member.UserId is { } user && Array.IndexOf(_users!, user) >= 0;
        return named != IsExclusion;
    }
}
