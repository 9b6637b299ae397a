namespace Rpc.Connections;

/// <content>Counters. Each is a plain field with one writer: the reader's thread, or who holds the lock or role that sending needs anyway.</content>
internal sealed partial class Connection
{
    private DateTimeOffset _connectedAt;
    private long _callsReceived;
    private long _oneWaysReceived;
    private long _itemFramesReceived;
    private string? _userId;

    /// <summary>Raised after each change of <see cref="UserId"/>, on the thread that made it.</summary>
    public event Action<Connection>? UserIdChanged;

    public override string? UserId
    {
        get => Volatile.Read(ref _userId);
        set
        {
            Volatile.Write(ref _userId, value);
            UserIdChanged?.Invoke(this);
        }
    }

    public override RpcConnectionStatistics Statistics => new()
    {
        ConnectedAt = _connectedAt,
        Silence = _keepAlive.Silence,
        CallsMade = _outgoing.Total,
        CallsReceived = Volatile.Read(ref _callsReceived),
        OneWaysReceived = Volatile.Read(ref _oneWaysReceived),
        CallsInFlight = _outgoing.Count,
        CallsRunning = Math.Max(0, Incoming.Count),
        BytesSent = Sender.SentBytes,
        BytesReceived = _reader.ReceivedBytes,
        BytesQueued = Sender.QueuedBytes,
        ItemFramesReceived = Volatile.Read(ref _itemFramesReceived),
    };
}
