using Rpc.Protocol;
using Rpc.Serialization;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>Agrees with the peer on version and limits, before the connection carries calls.</summary>
internal abstract class Handshake
{
    private readonly int _maxSize;

    protected Handshake(RpcLimits limits) => _maxSize = limits.MaxHandshakeSize;

    /// <summary>The most bytes of the peer's handshake.</summary>
    protected int MaxSize => _maxSize;

    /// <summary>The handshake that suits a transport.</summary>
    public static Handshake Of(TransportConnection transport, RpcLimits limits) => transport switch
    {
        StreamTransportConnection stream => new StreamHandshake(stream, limits),
        MessageTransportConnection message => new MessageHandshake(message, limits),
        _ => throw new ArgumentException("A transport carries a stream or messages.", nameof(transport)),
    };

    /// <summary>Messages that have overtaken the server's answer, in order of arrival; the connection's first.</summary>
    public virtual IReadOnlyList<ReadOnlyMemory<byte>> Early => [];

    /// <summary>The caller's part.</summary>
    /// <param name="options">How the client behaves.</param>
    /// <param name="credentials">What it proves itself with, or null.</param>
    /// <param name="asksForSession">Whether the client wants a session that outlives its connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the server said.</returns>
    /// <exception cref="RpcConnectException">The server refused, or speaks something else.</exception>
    public async ValueTask<HandshakeFrame> ConnectAsync(
        RpcConnectionOptions options, RpcCredentials? credentials, bool asksForSession, CancellationToken cancellationToken)
    {
        await SendAsync(FrameOf(options, 0, asksForSession, null, credentials, 0).Create(FrameType.Hello), first: true, cancellationToken).ConfigureAwait(false);
        await ReceivePrefaceAsync(cancellationToken).ConfigureAwait(false);
        var (type, body) = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        return Parse(type, body, FrameType.Welcome);
    }

    /// <summary>The caller's part when it has a session.</summary>
    /// <returns>What the server said; its proof is not checked.</returns>
    /// <exception cref="RpcConnectException">The server does not know the session any more.</exception>
    public async ValueTask<ResumedFrame> ResumeAsync(ResumeFrame resume, CancellationToken cancellationToken)
    {
        await SendAsync(resume.Create(), first: true, cancellationToken).ConfigureAwait(false);
        await ReceivePrefaceAsync(cancellationToken).ConfigureAwait(false);
        var (type, body) = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        return Parse(type, body, FrameType.Resumed, static (ref PayloadReader reader) => ResumedFrame.Read(ref reader));
    }

    /// <summary>The server's part.</summary>
    /// <param name="options">How the server behaves.</param>
    /// <param name="admit">Lets the peer in, or throws a <see cref="ProtocolException"/>; tells for how many milliseconds its credentials are good, 0 for no end. Not asked for
    /// a session that is resumed, whose proof is as good.</param>
    /// <param name="sessions">The server's sessions; null when there are none for this transport.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the client said.</returns>
    /// <exception cref="ProtocolException">The peer speaks something else, and was told so.</exception>
    public async ValueTask<AcceptedHandshake> AcceptAsync(
        RpcConnectionOptions options, Func<HandshakeFrame, CancellationToken, ValueTask<int>> admit, IServerSessions? sessions, CancellationToken cancellationToken)
    {
        HandshakeFrame? hello = null;
        SessionResumption? resumption = null;
        var credentialsLeft = 0;
        try
        {
            await ReceivePrefaceAsync(cancellationToken).ConfigureAwait(false);
            var (type, body) = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (type == FrameType.Resume && sessions is not null)
            {
                resumption = sessions.Resume(Parse(type, body, FrameType.Resume, static (ref PayloadReader reader) => ResumeFrame.Read(ref reader)));
            }
            else
            {
                hello = Parse(type, body, FrameType.Hello);
                credentialsLeft = await admit(hello, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ProtocolException e)
        {
            await SendAsync(CloseFrame.Create(FrameType.Refuse, e.Reason, e.Message), first: true, cancellationToken).ConfigureAwait(false);
            throw;
        }

        if (resumption is not null)
        {
            await SendAsync(resumption.Answer.Create(), first: true, cancellationToken).ConfigureAwait(false);
            return new AcceptedHandshake(null, null, resumption);
        }

        var session = hello!.AsksForSession ? sessions?.Create() : null;
        await SendAsync(FrameOf(options, Preface.MaxVersion, false, session, null, credentialsLeft).Create(FrameType.Welcome), first: true, cancellationToken).ConfigureAwait(false);
        return new AcceptedHandshake(hello, session, null);
    }

    /// <summary>Reads the body of a frame.</summary>
    private delegate T BodyReader<out T>(ref PayloadReader reader);

    /// <summary>Sends a frame; the first one behind the preface.</summary>
    protected abstract ValueTask SendAsync(OutgoingFrame frame, bool first, CancellationToken cancellationToken);

    protected abstract ValueTask ReceivePrefaceAsync(CancellationToken cancellationToken);

    protected abstract ValueTask<(FrameType Type, byte[] Body)> ReceiveAsync(CancellationToken cancellationToken);

    private static HandshakeFrame FrameOf(
        RpcConnectionOptions options, byte version, bool asksForSession, SessionGrant? session, RpcCredentials? credentials, int credentialsLeft) => new()
        {
            MaxFrameSize = options.Limits.MaxFrameSize,
            MaxReassemblyBytes = options.Limits.MaxReassemblyBytes,
            AcknowledgesPieces = true,
            MaxConcurrentCalls = options.Limits.MaxConcurrentCalls,
            StreamWindow = options.Limits.StreamWindow,
            MaxMetadataSize = options.Limits.MaxMetadataSize,
            Version = version,
            AsksForSession = asksForSession,
            Session = session,
            Metadata = options.Metadata,
            Credentials = credentials,
            CredentialsLeft = credentialsLeft,
        };

    private static RpcStatusCode StatusOf(RpcCloseReason reason) =>
        reason is RpcCloseReason.Refused or RpcCloseReason.CredentialsExpired ? RpcStatusCode.Unauthenticated : RpcStatusCode.Unavailable;

    private HandshakeFrame Parse(FrameType type, byte[] body, FrameType expected)
    {
        var maxSize = _maxSize;
        return Parse(type, body, expected, (ref PayloadReader reader) => HandshakeFrame.Read(ref reader, maxSize));
    }

    private static T Parse<T>(FrameType type, byte[] body, FrameType expected, BodyReader<T> read)
    {
        try
        {
            var reader = new PayloadReader(body);
            if (type == FrameType.Refuse)
            {
                var info = CloseFrame.Read(ref reader);
                throw new RpcConnectException(info.Reason, StatusOf(info.Reason), $"The server refused the connection: {info.Reason}, {info.Message}");
            }

            if (type != expected)
            {
                throw new ProtocolException($"A frame of type {(byte)type} arrived before the handshake.");
            }

            return read(ref reader);
        }
        catch (PayloadException e)
        {
            throw new ProtocolException("The peer's handshake is malformed: " + e.Message);
        }
    }
}
