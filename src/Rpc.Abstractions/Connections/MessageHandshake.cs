using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>The handshake on a message transport: the preface stands before the frame in the first message of each side, which is ordered before all others of its lane.</summary>
internal sealed class MessageHandshake : Handshake
{
    private readonly MessageTransportConnection _transport;
    private ReadOnlyMemory<byte> _first;

    public MessageHandshake(MessageTransportConnection transport) => _transport = transport;

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
        while (!_transport.TrySend(message, new MessageOptions(RpcDelivery.Ordered, Lanes.Connection)))
        {
            await _transport.WaitToSendAsync(cancellationToken).ConfigureAwait(false);
        }

        _transport.Flush();
    }

    protected override async ValueTask ReceivePrefaceAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> message;
        while (!_transport.TryReceive(out message))
        {
            if (!await _transport.WaitToReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new TransportException(TransportError.ConnectionReset, "The peer ended the connection during the handshake.");
            }
        }

        if (message.Length < Preface.Size + 1)
        {
            throw new ProtocolException("The peer does not speak this protocol.", RpcCloseReason.VersionMismatch);
        }

        Preface.Read(message.Span);
        _first = message.Slice(Preface.Size).ToArray();
    }

    protected override ValueTask<(FrameType Type, byte[] Body)> ReceiveAsync(CancellationToken cancellationToken) =>
        new(((FrameType)_first.Span[0], _first.Slice(1).ToArray()));
}
