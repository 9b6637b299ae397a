using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>What a UDP listener does with datagrams, whatever brings them: finds their connections, and makes new ones.</summary>
/// <remarks><see cref="Receive"/> is called by one thread at a time. The table of connections is guarded by
/// <see cref="_gate"/>, which is never held while a connection is called.</remarks>
internal sealed class ServerEndpoint : IDisposable
{
    private const int SlotBits = 20;

    private readonly object _gate = new();
    private readonly UdpListenOptions _options;
    private readonly ServerSecurity _security;
    private readonly Clock _clock;
    private readonly ILogger _logger;
    private readonly IPEndPoint _local;
    private readonly DeadlineQueue _deadlines;
    private readonly MemoryBudget _memory;
    private readonly ReassemblyBudget _reassembly;
    private readonly CookieJar _cookies = new();
    private readonly PrefixLimiter _newConnections;
    private readonly BurntTokens _burnt = new();
    private readonly Channel<TransportConnection> _accepted;
    private readonly Queue<int> _freeSlots = new();
    private readonly Dictionary<Guid, ServerSlot> _pending = [];
    private readonly Queue<ServerSlot> _pendingOrder = new();
    private readonly Queue<ServerSlot> _turns = new();
    private readonly TaskCompletionSource<bool> _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServerSlot?[] _slots = new ServerSlot?[16];
    private ushort[] _generations = new ushort[16];
    private TokenBucket _keyExchanges;
    private int _slotCount;
    private int _connectionCount;
    private bool _isClosing;

    internal ServerEndpoint(UdpListenOptions options, Clock clock, ILogger logger, IPEndPoint local, IDatagramOutput output)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        _local = local;
        Output = output;
        _security = new ServerSecurity(
            options.AllowInsecure, options.SigningKey, new Dictionary<uint, byte[]>(options.TokenKeys), options.TokenAudience, options.Suites);
        _deadlines = new DeadlineQueue(clock);
        _memory = new MemoryBudget(options.MaxBufferedBytes);
        _reassembly = new ReassemblyBudget(options.MaxReassemblyBytes, Reassembly.CostOf(options.MaxMessageSize), options.MaxConnections);
        _newConnections = new PrefixLimiter(options.NewConnectionsPerSecond, options.NewConnectionsBurst);
        _keyExchanges = new TokenBucket(options.KeyExchangesPerSecond, Math.Max(1, options.KeyExchangesPerSecond / 10));
        _accepted = Channel.CreateBounded<TransportConnection>(options.Backlog);
    }

    internal IDatagramOutput Output { get; }

    /// <summary>The connections that have proved to have their keys, and wait to be accepted.</summary>
    internal ChannelReader<TransportConnection> Accepted => _accepted.Reader;

    /// <summary>Ends when the endpoint is closing and the last connection is gone.</summary>
    internal Task Emptied => _emptied.Task;

    internal int ConnectionCount => Volatile.Read(ref _connectionCount);

    internal MemoryBudget Memory => _memory;

    /// <summary>Takes a datagram, which is changed in place.</summary>
    internal void Receive(Span<byte> datagram, DatagramAddress from)
    {
        if (datagram.IsEmpty)
        {
            return;
        }

        if (Packet.IsData(datagram[0]))
        {
            OnData(datagram, from);
        }
        else if (datagram[0] == Packet.Hello && HelloPacket.TryParse(datagram, out var hello))
        {
            OnHello(datagram, hello, from);
        }
    }

    /// <summary>How many connections wait for their turns.</summary>
    internal int TurnCount
    {
        get
        {
            lock (_turns)
            {
                return _turns.Count;
            }
        }
    }

    /// <summary>Takes a connection that datagrams came for. Thread safe.</summary>
    internal bool TryTakeTurn([NotNullWhen(true)] out UdpConnection? connection)
    {
        lock (_turns)
        {
            if (!_turns.TryDequeue(out var slot))
            {
                connection = null;
                return false;
            }

            slot.HasTurn = false;
            connection = slot.Connection;
            return true;
        }
    }

    /// <summary>A connection was disposed.</summary>
    internal void Free(int index)
    {
        lock (_gate)
        {
            if (_slots[index] is not { } slot)
            {
                return;
            }

            _slots[index] = null;
            _pending.Remove(slot.HelloKey);
            _freeSlots.Enqueue(index);
            _connectionCount--;
            SignalIfEmptied();
        }
    }

    /// <summary>Takes no new connections; those that nobody has accepted are cut, the others live on.</summary>
    public void Dispose()
    {
        List<ServerSlot> pending;
        lock (_gate)
        {
            _isClosing = true;
            pending = [.. _pending.Values];
            SignalIfEmptied();
        }

        _accepted.Writer.TryComplete();
        foreach (var slot in pending)
        {
            slot.Connection.DisposeNow();
        }

        while (_accepted.Reader.TryRead(out var connection))
        {
            ((UdpConnection)connection).DisposeNow();
        }
    }

    /// <summary>Frees what is left when no datagram comes any more.</summary>
    internal void Close()
    {
        _deadlines.Dispose();
        _cookies.Dispose();
    }

    private void SignalIfEmptied()
    {
        if (_isClosing && _connectionCount == 0)
        {
            _emptied.TrySetResult(true);
        }
    }

    private void OnData(Span<byte> datagram, DatagramAddress from)
    {
        if (datagram.Length < 1 + Packet.ConnectionIdSize)
        {
            return;
        }

        var reader = new PacketReader(datagram[1..]);
        if (Find(reader.UInt32()) is not { } slot)
        {
            // An unknown connection is never answered.
            return;
        }

        var now = _clock.Now;
        var isSamePath = from.Equals(slot.Path.Current);
        if (!isSamePath && !slot.ForeignTries.TryTake(now))
        {
            return;
        }

        var result = slot.Connection.OnDatagram(datagram, now);
        if (result == ReceiveResult.Dropped)
        {
            return;
        }

        if (slot.IsPending && !TryOpen(slot))
        {
            return;
        }

        if (!isSamePath && result == ReceiveResult.Newest)
        {
            slot.Path.MoveTo(from.Clone(), slot.Connection.IsPathValidated);
            slot.Connection.OnPathChanged(datagram.Length, now);
            Log.PathChanged(_logger, slot.Id, slot.Connection.RemoteEndPoint);
        }
        else if (isSamePath)
        {
            slot.Connection.OnPathReceived(datagram.Length);
        }

        lock (_turns)
        {
            if (!slot.HasTurn)
            {
                slot.HasTurn = true;
                _turns.Enqueue(slot);
            }
        }
    }

    private ServerSlot? Find(uint id)
    {
        lock (_gate)
        {
            var index = (int)(id & ((1 << SlotBits) - 1));
            return index < _slotCount && _slots[index] is { } slot && slot.Id == id ? slot : null;
        }
    }

    private void OnHello(Span<byte> datagram, HelloPacket hello, DatagramAddress from)
    {
        var now = _clock.Now;
        Span<byte> key = stackalloc byte[DatagramAddress.KeySize];
        from.WriteKey(key);
        if (hello.Version != Packet.Version)
        {
            Refuse(RefusalReason.Version, hello, from);
        }
        else if (!hello.HasCookie || !_cookies.Check(hello.Cookie, key, hello.Random, now))
        {
            Span<byte> retry = stackalloc byte[HandshakePackets.RetrySize];
            Span<byte> cookie = stackalloc byte[CookieJar.Size];
            _cookies.Make(key, hello.Random, now, cookie);
            HandshakePackets.WriteRetry(retry, cookie, hello.Random);
            Output.Send(retry, retry.Length, from);
        }
        else
        {
            OnProvenHello(datagram, hello, from, key, now);
        }
    }

    private void OnProvenHello(Span<byte> datagram, HelloPacket hello, DatagramAddress from, Span<byte> key, long now)
    {
        hello.ClearCookie();
        var helloKey = new Guid(ServerHelloPacket.Transcript(datagram, default).AsSpan(0, 16));
        ServerSlot? known;
        lock (_gate)
        {
            _pending.TryGetValue(helloKey, out known);
        }

        if (known is not null)
        {
            if (!known.Path.Current.Equals(from))
            {
                return;
            }

            SendHello(known.Acceptance, from);
            return;
        }

        var isLoopback = DatagramAddress.IsLoopback(key);
        DatagramAddress.ToPrefix(key);
        if (_isClosing || (!isLoopback && !_newConnections.TryTake(key[..DatagramAddress.PrefixSize], now))
            || (ServerHandshake.IsExpensive(hello) && !_keyExchanges.TryTake(now)))
        {
            return;
        }

        EvictPending(now);
        if (!TryTakeSlot(out var index, out var id))
        {
            Refuse(RefusalReason.Full, hello, from);
            return;
        }

        Accept(datagram, hello, helloKey, from, index, id, now);
    }

    private void Accept(Span<byte> datagram, HelloPacket hello, Guid helloKey, DatagramAddress from, int index, uint id, long now)
    {
        var options = _options.CreatePeerOptions();
        options.Memory = _memory;
        options.Reassembly = _reassembly;
        var nowSeconds = _clock.TimeProvider.GetUtcNow().ToUnixTimeSeconds();
        var refusal = ServerHandshake.Accept(datagram, _security, options, id, nowSeconds, now, out var acceptance);
        if (refusal is { } reason)
        {
            lock (_gate)
            {
                _freeSlots.Enqueue(index);
                _connectionCount--;
            }

            Refuse(reason, hello, from);
            return;
        }

        var path = new ServerPath(this, index, from.Clone());
        var connection = new UdpConnection(acceptance!.Peer, path, _deadlines, _clock, options, acceptance.IsEncrypted, _local, from.ToEndPoint());
        var slot = new ServerSlot(id, connection, path, acceptance, helloKey, now);
        lock (_gate)
        {
            _slots[index] = slot;
            _pending.Add(helloKey, slot);
            _pendingOrder.Enqueue(slot);
        }

        SendHello(acceptance, from);
    }

    private void SendHello(ServerAcceptance acceptance, DatagramAddress to) => Output.Send(acceptance.ServerHello, acceptance.ServerHello.Length, to);

    // The client has shown that it has the keys: now its token is used, and the connection is the application's.
    private bool TryOpen(ServerSlot slot)
    {
        lock (_gate)
        {
            slot.IsPending = false;
            _pending.Remove(slot.HelloKey);
        }

        var token = slot.Acceptance.Token;
        var isWelcome = (token is null || _burnt.TryBurn(token.Id, token.ExpiresAt, _clock.TimeProvider.GetUtcNow().ToUnixTimeSeconds()))
            && IsAuthorized(slot, token)
            && _accepted.Writer.TryWrite(slot.Connection);
        if (!isWelcome)
        {
            Log.Refused(_logger, slot.Connection.RemoteEndPoint);
            slot.Connection.End(CloseCode.Refused);
            slot.Connection.DisposeNow();
        }

        return isWelcome;
    }

    private bool IsAuthorized(ServerSlot slot, TokenContent? token)
    {
        if (token is null || _options.Authorize is not { } authorize)
        {
            return true;
        }

        try
        {
            return authorize(new UdpClientIdentity((IPEndPoint)slot.Connection.RemoteEndPoint!, token.ClientId, token.UserData));
        }
        catch (Exception exception)
        {
            Log.AuthorizeFailed(_logger, exception);
            return false;
        }
    }

    private void Refuse(RefusalReason reason, HelloPacket hello, DatagramAddress from)
    {
        Span<byte> refusal = stackalloc byte[HandshakePackets.RefusalSize];
        hello.ClearCookie();
        HandshakePackets.WriteRefusal(refusal, reason, hello.Digest());
        Output.Send(refusal, refusal.Length, from);
    }

    // Makes room among those that have not proved anything: the late ones go, and the oldest at the limit.
    private void EvictPending(long now)
    {
        while (_pendingOrder.Count > 0)
        {
            var oldest = _pendingOrder.Peek();
            var isLate = now - oldest.CreatedAt >= Clock.ToMicroseconds(_options.HandshakeTimeout);
            if (oldest.IsPending && !isLate && _pending.Count < _options.MaxPendingHandshakes)
            {
                return;
            }

            _pendingOrder.Dequeue();
            if (oldest.IsPending)
            {
                oldest.IsPending = false;
                oldest.Connection.DisposeNow();
            }
        }
    }

    private bool TryTakeSlot(out int index, out uint id)
    {
        lock (_gate)
        {
            (index, id) = (0, 0);
            if (_connectionCount >= _options.MaxConnections)
            {
                return false;
            }

            if (_freeSlots.Count > 0)
            {
                index = _freeSlots.Dequeue();
            }
            else
            {
                index = _slotCount++;
                if (index == _slots.Length)
                {
                    Array.Resize(ref _slots, index * 2);
                    Array.Resize(ref _generations, index * 2);
                }
            }

            _connectionCount++;
            id = (uint)index | ((uint)(++_generations[index] & 0xFFF) << SlotBits);
            return true;
        }
    }
}
