using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>The handshake on a message transport: the preface stands before the frame in the first message of each side, which is ordered before all others of its lane.</summary>
internal sealed class MessageHandshake : Handshake
{
    private readonly MessageTransportConnection _transport;
    private readonly int _maxEarlyBytes;
    private readonly List<ReadOnlyMemory<byte>> _early = [];
    private ReadOnlyMemory<byte> _first;
    private bool _isClient;
    private int _earlyBytes;

    public MessageHandshake(MessageTransportConnection transport, RpcLimits limits)
        : base(limits)
    {
        _transport = transport;
        _maxEarlyBytes = limits.MaxInboundBytes;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ReadOnlyMemory<byte>> Early => _early;

    protected override async ValueTask SendAsync(OutgoingFrame frame, bool first, CancellationToken cancellationToken)
    {
        var body = frame.Span.Slice(FrameHeader.LengthSize);
        var message = new byte[body.Length + (first ? Preface.Size : 0)];
        if (first)
        {
            Preface.Write(message);
        }

        body.CopyTo(message.AsSpan(message.Length - body.Length));
        frame.Buffer.Return();

        // Who speaks before it has heard anything is the client.
        _isClient |= _first.IsEmpty;
        while (!_transport.TrySend(message, new MessageOptions(RpcDelivery.Ordered, Lanes.Connection)))
        {
            await _transport.WaitToSendAsync(cancellationToken).ConfigureAwait(false);
        }

        _transport.Flush();
    }

    protected override async ValueTask ReceivePrefaceAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!_transport.TryReceive(out var message))
            {
                if (!await _transport.WaitToReceiveAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw new TransportException(TransportError.ConnectionReset, "The peer ended the connection during the handshake.");
                }
            }
            else if (!IsEarly(message.Span))
            {
                TakeFirst(message);
                return;
            }
            else if ((_earlyBytes += message.Length) > _maxEarlyBytes)
            {
                throw new ProtocolException($"More than {_maxEarlyBytes} bytes arrived before the server's answer.", RpcCloseReason.ResourceExhausted);
            }
            else
            {
                _early.Add(message.ToArray());
            }
        }
    }

    protected override ValueTask<(FrameType Type, byte[] Body)> ReceiveAsync(CancellationToken cancellationToken) =>
        new(((FrameType)_first.Span[0], _first.Slice(1).ToArray()));

    /// <summary>Only messages of one lane keep their order: what the server sends as soon as it has answered may arrive before the answer. What a client
    /// sends cannot, as it waits for the answer.</summary>
    private bool IsEarly(ReadOnlySpan<byte> message) =>
        _isClient && !message.IsEmpty && message[0] is >= (byte)FrameType.Request and <= (byte)FrameType.Piece;

    private void TakeFirst(ReadOnlyMemory<byte> message)
    {
        if (message.Length < Preface.Size + 1)
        {
            throw new ProtocolException("The peer does not speak this protocol.", RpcCloseReason.VersionMismatch);
        }

        Preface.Read(message.Span);
        if (message.Length - Preface.Size - 1 > MaxSize)
        {
            throw new ProtocolException($"The peer's handshake has {message.Length - Preface.Size - 1} bytes, more than the limit of {MaxSize}.");
        }

        _first = message.Slice(Preface.Size).ToArray();
    }
}
