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
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the server said.</returns>
    /// <exception cref="RpcConnectException">The server refused, or speaks something else.</exception>
    public async ValueTask<HandshakeFrame> ConnectAsync(RpcConnectionOptions options, RpcCredentials? credentials, CancellationToken cancellationToken)
    {
        await SendAsync(FrameOf(options, 0, credentials, 0).Create(FrameType.Hello), first: true, cancellationToken).ConfigureAwait(false);
        await ReceivePrefaceAsync(cancellationToken).ConfigureAwait(false);
        var (type, body) = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        return Parse(type, body, FrameType.Welcome);
    }

    /// <summary>The server's part.</summary>
    /// <param name="options">How the server behaves.</param>
    /// <param name="admit">Lets the peer in, or throws a <see cref="ProtocolException"/>; tells for how many milliseconds its credentials are good, 0 for no end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the client said.</returns>
    /// <exception cref="ProtocolException">The peer speaks something else, and was told so.</exception>
    public async ValueTask<HandshakeFrame> AcceptAsync(
        RpcConnectionOptions options, Func<HandshakeFrame, CancellationToken, ValueTask<int>> admit, CancellationToken cancellationToken)
    {
        HandshakeFrame hello;
        int credentialsLeft;
        try
        {
            await ReceivePrefaceAsync(cancellationToken).ConfigureAwait(false);
            var (type, body) = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            hello = Parse(type, body, FrameType.Hello);
            credentialsLeft = await admit(hello, cancellationToken).ConfigureAwait(false);
        }
        catch (ProtocolException e)
        {
            await SendAsync(CloseFrame.Create(FrameType.Refuse, e.Reason, e.Message), first: true, cancellationToken).ConfigureAwait(false);
            throw;
        }

        await SendAsync(FrameOf(options, Preface.MaxVersion, null, credentialsLeft).Create(FrameType.Welcome), first: true, cancellationToken).ConfigureAwait(false);
        return hello;
    }

    /// <summary>Sends a frame; the first one behind the preface.</summary>
    protected abstract ValueTask SendAsync(OutgoingFrame frame, bool first, CancellationToken cancellationToken);

    protected abstract ValueTask ReceivePrefaceAsync(CancellationToken cancellationToken);

    protected abstract ValueTask<(FrameType Type, byte[] Body)> ReceiveAsync(CancellationToken cancellationToken);

    private static HandshakeFrame FrameOf(RpcConnectionOptions options, byte version, RpcCredentials? credentials, int credentialsLeft) => new()
    {
        MaxFrameSize = options.Limits.MaxFrameSize,
        MaxConcurrentCalls = options.Limits.MaxConcurrentCalls,
        StreamWindow = options.Limits.StreamWindow,
        MaxMetadataSize = options.Limits.MaxMetadataSize,
        Version = version,
        Metadata = options.Metadata,
        Credentials = credentials,
        CredentialsLeft = credentialsLeft,
    };

    private static RpcStatusCode StatusOf(RpcCloseReason reason) =>
        reason is RpcCloseReason.Refused or RpcCloseReason.CredentialsExpired ? RpcStatusCode.Unauthenticated : RpcStatusCode.Unavailable;

    private HandshakeFrame Parse(FrameType type, byte[] body, FrameType expected)
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

            return HandshakeFrame.Read(ref reader, _maxSize);
        }
        catch (PayloadException e)
        {
            throw new ProtocolException("The peer's handshake is malformed: " + e.Message);
        }
    }
}
