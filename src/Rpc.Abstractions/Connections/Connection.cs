using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using Rpc.Internal;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>One connection after its handshake: puts the parts together. Calling, receiving and the end of its life are in files of their own.</summary>
internal sealed partial class Connection : RpcConnection, IFrameHandler, IKeepAliveTarget
{
    /// <summary>Bytes of header before a payload, at most.</summary>
    private const int HeaderAllowance = 16;

    private static long s_lastId;

    private readonly TransportConnection _transport;
    private readonly OutgoingCallTable _outgoing;
    private readonly FrameReader _reader;
    private readonly Reassembler _reassembler;
    private readonly KeepAlive _keepAlive;
    private readonly ConnectionInvoker _invoker;
    private readonly ServiceTable _services;
    private readonly CallRate? _rate;
    private readonly IRpcOutgoingInterceptor[] _outgoingInterceptors;
    private readonly IRpcIncomingInterceptor[] _incomingInterceptors;
    private readonly RpcConnectionOptions _options;
    private readonly bool _isMessage;
    private ConcurrentDictionary<object, object?>? _items;
    private SequentialGates? _gates;
    private OneWayCalls? _oneWayCalls;
    private long _oneWaysEnded;

    /// <param name="transport">The transport, past the handshake; owned from now on.</param>
    /// <param name="services">What this side serves.</param>
    /// <param name="options">How this side behaves.</param>
    /// <param name="peer">What the peer said in the handshake.</param>
    /// <param name="early">Messages that arrived before the handshake ended.</param>
    /// <param name="session">The session, if the transport carries messages and outlives a silence.</param>
    public Connection(
        TransportConnection transport,
        ServiceTable services,
        RpcConnectionOptions options,
        HandshakeFrame peer,
        IReadOnlyList<ReadOnlyMemory<byte>>? early = null,
        MessageSession? session = null)
    {
        _transport = transport;
        _stream = transport as SessionTransport;
        _session = (ISession?)_stream ?? session;
        _services = services;
        _options = options;
        Peer = peer;
        Id = Interlocked.Increment(ref s_lastId);
        Logger = options.LoggerFactory.CreateLogger("Rpc.Connection");
        Faults = new FaultMapper(options.IncludeExceptionText, options.TimeProvider, Logger);
        Services = new ServiceInstances(this, Logger);
        MaxPayloadSize = Math.Max(64, peer.MaxFrameSize - HeaderAllowance);
        _outgoingInterceptors = [.. options.OutgoingInterceptors];
        _incomingInterceptors = [.. options.IncomingInterceptors];
        _outgoing = new OutgoingCallTable(peer.MaxConcurrentCalls);
        Incoming = new IncomingCallTable(options.Limits.MaxConcurrentCalls);
        _reassembler = new Reassembler(options.Limits.MaxFrameSize, options.Limits.MaxReassemblyBytes);
        _rate = options.Limits.MaxCallsPerSecond > 0 ? new CallRate(options.Limits.MaxCallsPerSecond, options.TimeProvider) : null;
        _user = transport.RemoteCertificate is { } certificate ? CertificatePrincipal.Of(certificate) : null;
        _permits = options.RateLimit.IsUsed ? new CallPermits(this, options.RateLimit) : null;
        Drain = new Drain();
        switch (transport)
        {
            case StreamTransportConnection stream:
                Sender = new StreamFrameSender(stream.Output, Drain, options.Limits.MaxQueuedBytes, peer.MaxReassemblyBytes, OnSendFailed, _stream, peer.AcknowledgesPieces ? options.TimeProvider : null);
                _reader = new StreamFrameReader(stream.Input, Drain, this, options.Limits, _stream);
                break;
            case MessageTransportConnection message:
                _isMessage = true;
                Sender = new MessageFrameSender(message, Drain, options.Limits.MaxQueuedBytes, peer.MaxReassemblyBytes, OnSendFailed);
                _reader = new MessageFrameReader(message, Drain, this, options.Limits, early ?? []);
                break;
            default:
                throw new ArgumentException("A transport carries a stream or messages.", nameof(transport));
        }

        Drain.Attach(Sender, OnWorkFailed);
        _keepAlive = new KeepAlive(options, this);
        _invoker = new ConnectionInvoker(this);
        if (_session is not null)
        {
            _interruptions = new OrderedEvents();
            _session.Bind(this);
        }
    }

    public override long Id { get; }

    public override string Scheme => _transport.Scheme;

    public override EndPoint? LocalEndPoint => _transport.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _transport.RemoteEndPoint;

    public override RpcMetadata PeerMetadata => Peer.Metadata;

    public override IDictionary<object, object?> Items
    {
        get
        {
            if (_items is null)
            {
                Interlocked.CompareExchange(ref _items, new ConcurrentDictionary<object, object?>(), null);
            }

            return _items;
        }
    }

    public HandshakeFrame Peer { get; }

    public RpcLimits Limits => _options.Limits;

    public TimeProvider TimeProvider => _options.TimeProvider;

    public ILogger Logger { get; }

    public FaultMapper Faults { get; }

    public Drain Drain { get; }

    public FrameSender Sender { get; }

    public IncomingCallTable Incoming { get; }

    public ServiceInstances Services { get; }

    public RpcInvoker Invoker => _invoker;

    public SequentialGates Gates
    {
        get
        {
            if (_gates is null)
            {
                Interlocked.CompareExchange(ref _gates, new SequentialGates(), null);
            }

            return _gates;
        }
    }

    /// <summary>The one-way calls that have asked for their token.</summary>
    public OneWayCalls OneWays
    {
        get
        {
            if (_oneWayCalls is null)
            {
                Interlocked.CompareExchange(ref _oneWayCalls, new OneWayCalls(), null);
            }

            return _oneWayCalls;
        }
    }

    /// <summary>The most bytes of arguments or of a result that the peer takes.</summary>
    public int MaxPayloadSize { get; }

    /// <summary>The most bytes of an item that the peer takes.</summary>
    public int MaxItemSize => MaxPayloadSize;

    public bool HasIncomingInterceptors => _incomingInterceptors.Length > 0;

    public override T GetProxy<T>() => RpcContract<T>.Instance.CreateProxy(_invoker, null);

    /// <summary>The caller's end of a stream of one of this side's calls.</summary>
    public StreamEnd CallerEnd(int callId, int stream, RpcMethodDescriptor? method = null) =>
        new(Sender, new StreamRef(callId, (byte)stream), IsCaller: true, Limits.SendHighWater, IsNewestOnly(method), method?.Redundant == true);

    /// <summary>The callee's end of a stream of one of the peer's calls.</summary>
    public StreamEnd CalleeEnd(int callId, int stream, RpcMethodDescriptor? method = null) =>
        new(Sender, new StreamRef(callId, (byte)stream), IsCaller: false, Limits.SendHighWater, IsNewestOnly(method), method?.Redundant == true);

    /// <summary>How what this side sends for one of the peer's calls with streams is sent.</summary>
    public static SendOptions CalleeOptions(int callId) => new(new MessageOptions(RpcDelivery.Ordered, Lanes.OfCall(callId, isCaller: false)));

    // A byte stream loses nothing and keeps its order: there its items are as others.
    private bool IsNewestOnly(RpcMethodDescriptor? method) => _isMessage && method is { Delivery: RpcDelivery.Sequenced };
}
