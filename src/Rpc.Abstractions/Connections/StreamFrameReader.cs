using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>Reads frames from a byte stream.</summary>
/// <remarks>
/// The role of the reader passes from thread to thread: whoever took a batch first starts the next read, and then, with nothing more to read, runs the
/// batch itself. So a call that arrives alone is handled on the thread that received it, and user code that blocks that thread does not
/// hold up the next read, which goes on elsewhere. All complete frames of a read are copied into one block, so that the transport's buffer is free
/// before any of them is handled; a copy of 64 KB takes about 5 µs, and calls are rarely more than 100 bytes.
/// </remarks>
internal sealed class StreamFrameReader : FrameReader
{
    /// <summary>Bytes that may be queued before the reader, finding yet more to read at once, hands its role on and runs them.</summary>
    private const int HandOver = 64 * 1024;

    private readonly PipeReader _input;
    private readonly Drain _drain;
    private readonly IFrameHandler _handler;
    private readonly int _maxBody;
    private readonly long _maxInbound;
    private readonly SessionTransport? _session;
    private readonly Action _onRead;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _read;

    public StreamFrameReader(PipeReader input, Drain drain, IFrameHandler handler, RpcLimits limits, SessionTransport? session = null)
    {
        _input = input;
        _session = session;
        _drain = drain;
        _handler = handler;
        _maxBody = (int)Math.Min(FrameHeader.MaxBody, (long)limits.MaxFrameSize + FrameHeader.Size);
        _maxInbound = limits.MaxInboundBytes;
        _onRead = OnRead;
    }

    public override void Execute()
    {
        try
        {
            Loop();
        }
        catch (Exception e)
        {
            _handler.OnEnd(e);
            _drain.Run();
        }
    }

    private void OnRead()
    {
        try
        {
            if (!TryTake(_read))
            {
                _handler.OnEnd(null);
                _drain.Run();
                return;
            }

            Loop();
        }
        catch (Exception e)
        {
            _handler.OnEnd(e);
            _drain.Run();
        }
    }

    private void Loop()
    {
        while (true)
        {
            if (_drain.PauseUntilTaken(this, _maxInbound))
            {
                _drain.Run();
                return;
            }

            var read = (_session is null ? _input.ReadAsync(CancellationToken.None) : _session.Reader.BeginRead(CancellationToken.None)).ConfigureAwait(false).GetAwaiter();
            if (!read.IsCompleted)
            {
                _read = read;
                read.UnsafeOnCompleted(_onRead);
                _drain.Run();
                return;
            }

            if (!TryTake(read))
            {
                _handler.OnEnd(null);
                _drain.Run();
                return;
            }

            if (_drain.QueuedBytes >= HandOver && _drain.NeedsWorker)
            {
                Queue();
                _drain.Run();
                return;
            }
        }
    }

    /// <summary>Takes what a read brought; false at the end of the stream.</summary>
    private bool TryTake(ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter read)
    {
        if (_session is null)
        {
            return Take(read.GetResult());
        }

        ReadResult result;
        try
        {
            result = read.GetResult();
        }
        catch (Exception e) when (_session.Reader.TryRecover(e))
        {
            return true;
        }

        return !_session.Reader.TryAccept(ref result) || Take(result);
    }

    /// <summary>Takes all complete frames of a read; false at the end of the stream.</summary>
    private bool Take(ReadResult result)
    {
        var buffer = result.Buffer;
        if (!buffer.IsEmpty)
        {
            _handler.OnActivity();
        }

        var complete = Measure(buffer, out var count, out var acks);
        if (count > 0)
        {
            var block = ReceiveBlock.Rent(complete);
            buffer.Slice(0, complete).CopyTo(block.Array);
            _input.AdvanceTo(buffer.GetPosition(complete), buffer.End);
            CountReceived(complete);
            if (_session is null || _session.Commit(complete - acks))
            {
                Dispatch(block, complete, count);
            }
            else
            {
                block.Release();
            }
        }
        else
        {
            _input.AdvanceTo(buffer.Start, buffer.End);
        }

        return !result.IsCompleted && !result.IsCanceled;
    }

    private void Dispatch(ReceiveBlock block, int length, int count)
    {
        // One reference a frame, and the block's own until the loop is done with the array.
        block.AddReferences(count);
        try
        {
            for (var offset = 0; offset < length;)
            {
                var type = FrameHeader.Read(BinaryPrimitives.ReadUInt32LittleEndian(block.Array.AsSpan(offset)), out var body);
                offset += FrameHeader.Size;
                _handler.OnFrame(type, new FramePayload(block, offset, body));
                offset += body;
            }
        }
        finally
        {
            _drain.Publish();
            block.Release();
        }
    }

    /// <summary>The bytes of all complete frames at the start of the buffer, and how many of them are acknowledgements. Throws for a frame that is too long as soon as its header is there.</summary>
    private int Measure(in ReadOnlySequence<byte> buffer, out int count, out int acks)
    {
        count = 0;
        acks = 0;
        var available = buffer.Length;
        var offset = 0L;
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        var span = buffer.IsSingleSegment ? buffer.First.Span : default;
        while (available - offset >= FrameHeader.Size)
        {
            uint raw;
            if (buffer.IsSingleSegment)
            {
                raw = BinaryPrimitives.ReadUInt32LittleEndian(span.Slice((int)offset));
            }
            else
            {
                buffer.Slice(offset, FrameHeader.Size).CopyTo(header);
                raw = BinaryPrimitives.ReadUInt32LittleEndian(header);
            }

            var type = FrameHeader.Read(raw, out var body);
            if (body > _maxBody)
            {
                throw new ProtocolException($"A frame of type {(byte)type} has {body} bytes, more than the limit of {_maxBody}.");
            }

            if (available - offset - FrameHeader.Size < body)
            {
                break;
            }

            offset += FrameHeader.Size + body;
            count++;
            if (type == FrameType.SessionAck)
            {
                acks += FrameHeader.Size + body;
            }
        }

        return (int)offset;
    }
}
