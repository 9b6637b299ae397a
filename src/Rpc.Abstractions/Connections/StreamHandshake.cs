using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Rpc.Protocol;
using Rpc.Serialization;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>The handshake on a byte stream: preface and first frame of each side.</summary>
internal sealed class StreamHandshake : Handshake
{
    private readonly StreamTransportConnection _transport;

    public StreamHandshake(StreamTransportConnection transport, RpcLimits limits)
        : base(limits)
    {
        _transport = transport;
    }

    protected override async ValueTask SendAsync(OutgoingFrame frame, bool first, CancellationToken cancellationToken)
    {
        var length = frame.Length + (first ? Preface.Size : 0);
        var memory = _transport.Output.GetMemory(length);
        var start = 0;
        if (first)
        {
            Preface.Write(memory.Span);
            start = Preface.Size;
        }

        frame.Span.CopyTo(memory.Span.Slice(start));
        frame.Buffer.Return();
        _transport.Output.Advance(length);
        await _transport.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async ValueTask ReceivePrefaceAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            bool isRead;
            try
            {
                isRead = TryReadPreface(buffer);
            }
            catch (ProtocolException)
            {
                // Whoever tells the peer reads on until it is gone.
                _transport.Input.AdvanceTo(buffer.End);
                throw;
            }

            if (isRead)
            {
                _transport.Input.AdvanceTo(buffer.GetPosition(Preface.Size));
                return;
            }

            _transport.Input.AdvanceTo(buffer.Start, buffer.End);
            ThrowIfEnded(result);
        }
    }

    protected override async ValueTask<(FrameType Type, byte[] Body)> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _transport.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            bool isRead;
            FrameType type;
            byte[] body;
            try
            {
                isRead = TryReadFrame(buffer, out type, out body);
            }
            catch (ProtocolException)
            {
                _transport.Input.AdvanceTo(buffer.End);
                throw;
            }

            if (isRead)
            {
                _transport.Input.AdvanceTo(buffer.GetPosition(FrameHeader.Size + body.Length));
                return (type, body);
            }

            _transport.Input.AdvanceTo(buffer.Start, buffer.End);
            ThrowIfEnded(result);
        }
    }

    /// <summary>A peer that speaks something else is told apart by its first bytes, before it has sent eight.</summary>
    private static bool TryReadPreface(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[Preface.Size];
        if (buffer.Length < Preface.Size)
        {
            Preface.Write(bytes);
            var magic = bytes.Slice(0, 4);
            Span<byte> begun = stackalloc byte[(int)Math.Min(buffer.Length, 4)];
            buffer.Slice(0, begun.Length).CopyTo(begun);
            if (!magic.StartsWith(begun))
            {
                throw new ProtocolException("The peer does not speak this protocol.", RpcCloseReason.VersionMismatch);
            }

            return false;
        }

        buffer.Slice(0, Preface.Size).CopyTo(bytes);
        Preface.Read(bytes);
        return true;
    }

    private static void ThrowIfEnded(ReadResult result)
    {
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new TransportException(TransportError.ConnectionReset, "The peer ended the connection during the handshake.");
        }
    }

    private bool TryReadFrame(in ReadOnlySequence<byte> buffer, out FrameType type, out byte[] body)
    {
        type = default;
        body = [];
        if (buffer.Length < FrameHeader.Size)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[FrameHeader.Size];
        buffer.Slice(0, FrameHeader.Size).CopyTo(header);
        type = FrameHeader.Read(BinaryPrimitives.ReadUInt32LittleEndian(header), out var length);
        if (length > MaxSize)
        {
            throw new ProtocolException($"The peer's handshake has {length} bytes, more than the limit of {MaxSize}.");
        }

        if (buffer.Length - FrameHeader.Size < length)
        {
            return false;
        }

        body = buffer.Slice(FrameHeader.Size, length).ToArray();
        return true;
    }
}
