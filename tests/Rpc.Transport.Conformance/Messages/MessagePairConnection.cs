using Rpc.Transports;

namespace Rpc.Transport.Conformance.Messages;

/// <summary>One side of an in-process message connection.</summary>
internal sealed class MessagePairConnection(MessagePairOptions options, MessageQueue incoming, MessageQueue outgoing) : MessageTransportConnection
{
    public override string Scheme => MessagePairTransport.Scheme;

    public override int MaxMessageSize => options.MaxMessageSize;

    public override int MaxUnreliableMessageSize => options.MaxUnreliableMessageSize;

    public override bool TrySend(ReadOnlySpan<byte> message, MessageOptions options) => outgoing.TrySend(message, options);

    public override void Flush()
    {
        // A message leaves as it is sent.
    }

    public override ValueTask WaitToSendAsync(CancellationToken cancellationToken) => outgoing.WaitToSendAsync(cancellationToken);

    public override ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken) => incoming.WaitToReceiveAsync(cancellationToken);

    public override bool TryReceive(out ReadOnlyMemory<byte> message) => incoming.TryReceive(out message);

    public override async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        outgoing.End();
        try
        {
            await outgoing.Drained.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Abort();
            throw;
        }
    }

    public override void Abort()
    {
        incoming.BreakReceiver(Aborted());
        outgoing.BreakSender(Aborted());
        outgoing.BreakReceiver(Reset());
        incoming.BreakSender(Reset());
    }

    public override ValueTask DisposeAsync()
    {
        if (!outgoing.Drained.Task.IsCompleted)
        {
            Abort();
        }

        incoming.BreakReceiver(Aborted());
        incoming.BreakSender(Reset());
        return default;
    }

    private static TransportException Aborted() => new(TransportError.ConnectionAborted, "This side cut the connection.");

    private static TransportException Reset() => new(TransportError.ConnectionReset, "The peer cut the connection.");
}
