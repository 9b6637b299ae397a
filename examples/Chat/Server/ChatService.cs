using Chat.Contracts;
using Rpc;

namespace Chat.Server;

/// <summary>The server's side of one connection. Its calls run one at a time (see <see cref="ChatServer"/>), so its fields need no lock;
/// it is disposed when the connection has closed, however that came.</summary>
public sealed class ChatService(RpcConnection connection, Names names, Rooms rooms, TimeProvider time) : IChat, IDisposable
{
    private const int LongestName = 24;
    private const int LongestText = 1000;

    private string? _name;
    private Room? _room;

    public ValueTask SignInAsync(string name, CancellationToken cancellationToken)
    {
        CheckName(name, "A name");
        if (_name is not null)
        {
            throw new RpcException(RpcStatusCode.FailedPrecondition, $"You are {_name} already.");
        }

        if (!names.TryTake(name, connection, out var free))
        {
            throw RpcException.WithDetail(RpcStatusCode.AlreadyExists, $"The name {name} is taken.", new NameTaken(name, free));
        }

        _name = name;
        return default;
    }

    public IAsyncEnumerable<Line> JoinAsync(string room, CancellationToken cancellationToken)
    {
        var name = SignedIn();
        CheckName(room, "A room's name");
        var next = rooms.Get(room);
        if (next == _room)
        {
            throw new RpcException(RpcStatusCode.FailedPrecondition, $"You are in {room} already.");
        }

        _room?.Leave(connection, name);
        _room = next;
        return next.Enter(connection, name).ToAsyncEnumerable();
    }

    public ValueTask SayAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length is 0 or > LongestText)
        {
            throw new RpcException(RpcStatusCode.InvalidArgument, $"A line has 1 to {LongestText} characters.");
        }

        InRoom().Say(connection, new Line(SignedIn(), text, time.GetUtcNow()));
        return default;
    }

    public ValueTask AnnounceAsync(string text, CancellationToken cancellationToken)
    {
        rooms.Announce(text);
        return default;
    }

    public ValueTask<IReadOnlyList<string>> WhoAsync(CancellationToken cancellationToken) => new(InRoom().People);

    public void Dispose()
    {
        if (_name is not null)
        {
            _room?.Leave(connection, _name);
            names.Release(_name);
        }
    }

    private static void CheckName(string name, string what)
    {
        if (name.Length is 0 or > LongestName || !name.All(char.IsLetterOrDigit))
        {
            throw new RpcException(RpcStatusCode.InvalidArgument, $"{what} has 1 to {LongestName} letters and digits.");
        }
    }

    private string SignedIn() => _name ?? throw new RpcException(RpcStatusCode.FailedPrecondition, "Sign in first.");

    private Room InRoom() => _room ?? throw new RpcException(RpcStatusCode.FailedPrecondition, "Join a room first.");
}
