using System.Buffers.Binary;
using Rpc.Protocol;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <content>Frames of the peer, on the reader's thread: nothing here runs user code.</content>
internal sealed partial class Connection
{
    /// <summary>After how many bytes of pieces the peer is told of them; and with the last piece of each frame.</summary>
    private const int PieceAckEvery = 32 * 1024;

    public void OnActivity() => _keepAlive.OnActivity();

    public void OnFrame(FrameType type, FramePayload payload)
    {
        switch (type)
        {
            case FrameType.Request:
                OnRequest(payload, extended: false);
                break;
            case FrameType.RequestExtended:
                OnRequest(payload, extended: true);
                break;
            case FrameType.OneWay:
                OnOneWay(payload, extended: false);
                break;
            case FrameType.OneWayExtended:
                OnOneWay(payload, extended: true);
                break;
            case FrameType.Response:
            case FrameType.Fault:
                OnEnd(type, payload);
                break;
            case FrameType.CallerItems:
                OnItems(payload, fromCaller: true);
                break;
            case FrameType.CalleeItems:
                OnItems(payload, fromCaller: false);
                break;
            case FrameType.CallerNewest:
                OnNewest(payload, fromCaller: true);
                break;
            case FrameType.CalleeNewest:
                OnNewest(payload, fromCaller: false);
                break;
            case FrameType.Piece:
                OnPiece(payload);
                break;
            default:
                try
                {
                    OnControl(type, payload.Span);
                }
                catch (PayloadException e)
                {
                    throw new ProtocolException($"A frame of type {(byte)type} is malformed: {e.Message}");
                }
                finally
                {
                    payload.Release();
                }

                break;
        }
    }

    private void OnRequest(FramePayload payload, bool extended)
    {
        const int Prefix = Wire.CallIdSize + 4;
        if (payload.Length < Prefix)
        {
            throw new ProtocolException("A request is too short.");
        }

        Volatile.Write(ref _callsReceived, _callsReceived + 1);
        var callId = Wire.ReadCallId(payload.Span);
        var methodId = BinaryPrimitives.ReadUInt32LittleEndian(payload.Span.Slice(Wire.CallIdSize));
        payload = payload.Slice(Prefix);
        if (Refuse(callId, methodId, out var entry) is { } refusal || ReadExtension(ref payload, extended, out var extension, out refusal))
        {
            payload.Release();
            RefuseCall(callId, refusal!);
            return;
        }

        var method = entry.Method;
        var streams = method.Kind == RpcMethodKind.Stream || method.StreamParameterCount > 0 ? new CallStreams(method.StreamParameterCount) : null;
        for (var i = 1; i <= method.StreamParameterCount; i++)
        {
            streams!.Receive(i, new ItemsBuffer(Drain, Limits.StreamWindow));
        }

        if (method.Kind == RpcMethodKind.OneWay)
        {
            payload.Release();
            RefuseCall(callId, new RpcException(RpcStatusCode.InvalidArgument, $"{method} is one-way here and was called for an answer."));
            return;
        }

        var call = IncomingCall.Rent(this, entry, callId, extension, streams);
        call.Hold(_permits?.Hand());
        var version = call.Version;
        var cancelled = Incoming.Add(call, callId, streams);
        Drain.Stage(call.Work, IncomingCallWork.Start, version, payload);
        if (cancelled)
        {
            Drain.Stage(call.Work, IncomingCallWork.Cancel, version, default);
        }
    }

    /// <summary>Answers a call that is not started.</summary>
    private void RefuseCall(int callId, RpcException refusal)
    {
        _permits?.GiveBack();
        if (Incoming.Find(callId, out _) is not null)
        {
            throw new ProtocolException($"The call id {callId} is in use.");
        }

        Sender.SendControl(FaultFrame.Create(callId, refusal), CalleeOptions(callId) with { Lazy = true });
    }

    /// <summary>Reads what a request carries beside its arguments; true when that is why it is refused.</summary>
    private bool ReadExtension(ref FramePayload payload, bool extended, out RequestExtension? extension, out RpcException? refusal)
    {
        extension = null;
        refusal = null;
        if (!extended)
        {
            return false;
        }

        try
        {
            var reader = new PayloadReader(payload.Span);

            // Beside metadata: deadline, trace and a few bytes for each field.
            extension = RequestExtension.Read(ref reader, Limits.MaxMetadataSize * 2 + 1024, Limits.MaxMetadataSize / MetadataField.PairCost);
            if (extension.Metadata is { } metadata && MetadataField.SizeOf(metadata) > Limits.MaxMetadataSize)
            {
                refusal = new RpcException(RpcStatusCode.ResourceExhausted, $"The call carries more metadata than the limit of {Limits.MaxMetadataSize} bytes.");
                return true;
            }

            payload = payload.Slice(reader.Consumed);
            return false;
        }
        catch (RpcException e)
        {
            refusal = e;
            return true;
        }
        catch (PayloadException e)
        {
            throw new ProtocolException($"The extension of a request is malformed: {e.Message}");
        }
    }

    // The reader's own: what it has taken of pieces and not told the sender.
    private int _piecesTaken;

    private void OnEnd(FrameType type, FramePayload payload)
    {
        if (payload.Length < Wire.CallIdSize)
        {
            throw new ProtocolException("An answer is too short.");
        }

        var callId = Wire.ReadCallId(payload.Span);
        if (!_outgoing.TryRemove(callId, out var call, out var version, out var streams))
        {
            throw new ProtocolException($"An answer arrived for call {callId}, which is not in flight.");
        }

        payload = payload.Slice(Wire.CallIdSize);
        if (call is null)
        {
            payload.Release();
            streams?.Close(s_callEnded);
        }
        else
        {
            call.OnEnd(Drain, version, type, payload);
        }
    }

    private void OnItems(FramePayload payload, bool fromCaller)
    {
        if (payload.Length < StreamRef.Size)
        {
            throw new ProtocolException("A frame of items is too short.");
        }

        Volatile.Write(ref _itemFramesReceived, _itemFramesReceived + 1);
        var callId = Wire.ReadCallId(payload.Span);
        var stream = payload.Span[Wire.CallIdSize];
        var streams = fromCaller ? Incoming.FindStreams(callId) : _outgoing.FindStreams(callId);
        payload = payload.Slice(StreamRef.Size);
        if (streams is null)
        {
            // The call has ended at this side, and the peer did not know yet.
            payload.Release();
            return;
        }

        streams.OnItems(stream, payload);
    }

    private void OnNewest(FramePayload payload, bool fromCaller)
    {
        if (payload.Length < StreamRef.Size + NewestFrame.PositionSize)
        {
            throw new ProtocolException("An item is too short.");
        }

        var callId = Wire.ReadCallId(payload.Span);
        var stream = payload.Span[Wire.CallIdSize];
        var position = BinaryPrimitives.ReadUInt32LittleEndian(payload.Span.Slice(StreamRef.Size));
        var streams = fromCaller ? Incoming.FindStreams(callId) : _outgoing.FindStreams(callId);
        if (streams is null)
        {
            // The call has ended at this side, or its request has not arrived yet.
            payload.Release();
            return;
        }

        var grant = streams.OnNewest(stream, position, payload.Slice(StreamRef.Size + NewestFrame.PositionSize));
        if (grant > 0)
        {
            (fromCaller ? CalleeEnd(callId, stream) : CallerEnd(callId, stream)).Grant(grant);
        }
    }

    private void OnPiece(FramePayload payload)
    {
        _piecesTaken += payload.Length;
        var isWhole = _reassembler.TryComplete(payload, out var frame);
        if (isWhole || _piecesTaken >= PieceAckEvery)
        {
            Sender.AcknowledgePieces(_piecesTaken);
            _piecesTaken = 0;
        }

        if (!isWhole)
        {
            return;
        }

        var type = (FrameType)frame.Span[0];
        if (type == FrameType.Piece)
        {
            throw new ProtocolException("Pieces of pieces arrived.");
        }

        OnFrame(type, frame.Slice(1));
    }

    private void OnControl(FrameType type, ReadOnlySpan<byte> body)
    {
        var reader = new PayloadReader(body);
        switch (type)
        {
            case FrameType.Cancel:
                OnCancel(Wire.ReadCallId(reader.ReadRaw(Wire.CallIdSize)));
                break;
            case FrameType.CallerEnd:
                {
                    var stream = StreamRef.Read(ref reader);
                    var target = Incoming.FindStreams(stream.CallId)?.Target(stream.Stream);
                    target?.End(reader.Remaining > 0 ? FaultFrame.ReadStatus(ref reader) : null);
                    break;
                }

            case FrameType.CalleeStop:
                {
                    var stream = StreamRef.Read(ref reader);
                    _outgoing.FindStreams(stream.CallId)?.Window(stream.Stream)?.Stop();
                    break;
                }

            case FrameType.CallerCredit:
                {
                    var stream = StreamRef.Read(ref reader);
                    var bytes = CreditFrame.ReadBytes(ref reader);
                    Incoming.FindStreams(stream.CallId)?.Window(stream.Stream)?.Grant(bytes);
                    break;
                }

            case FrameType.CalleeCredit:
                {
                    var stream = StreamRef.Read(ref reader);
                    var bytes = CreditFrame.ReadBytes(ref reader);
                    _outgoing.FindStreams(stream.CallId)?.Window(stream.Stream)?.Grant(bytes);
                    break;
                }

            case FrameType.Ping:
                // On the reader's thread: a flood of them costs a system call a read, not one each.
                Sender.SendControl(PingFrame.Create(FrameType.Pong, reader.ReadUnmanaged<long>()), new SendOptions(Lazy: true));
                break;
            case FrameType.Pong:
                OnPong(reader.ReadUnmanaged<long>());
                break;
            case FrameType.SessionAck:
                OnSessionAck(reader.ReadUnmanaged<long>());
                break;
            case FrameType.PieceAck:
                Sender.OnPiecesAcknowledged(PieceAckFrame.Read(ref reader));
                break;
            case FrameType.GoAwayAck:
                OnGoAwayAck();
                break;
            case FrameType.GoAway:
                OnGoAway(GoAwayFrame.Read(ref reader));
                break;
            case FrameType.Refresh:
                OnRefresh(ref reader);
                break;
            case FrameType.Refreshed:
                OnRefreshed(ref reader);
                break;
            case FrameType.Close:
                OnPeerClose(CloseFrame.Read(ref reader));
                break;
            default:
                throw new ProtocolException($"A frame of the unknown type {(byte)type} arrived.");
        }
    }

    private void OnCancel(int callId)
    {
        if (Incoming.Cancel(callId, out var version) is { } call)
        {
            Drain.Stage(call.Work, IncomingCallWork.Cancel, version, default);
        }
    }
}
