namespace Rpc.Transport.WebSockets.Framing;

/// <summary>Takes the frames of one direction apart, however they were cut on their way. Does no I/O. Not thread safe.</summary>
/// <remarks>
/// Payloads stay in the memory that they were received into: unmasked in place, and moved to the front where a header stood between them, so that they
/// are one piece. Between two calls only the beginning of a header or of a control frame is kept, of 139 bytes at most: nothing that a
/// header announces is believed.
/// </remarks>
/// <param name="isMasked">Whether the frames come from a client, which must mask them.</param>
internal sealed class FrameDecoder(bool isMasked)
{
    // The header, or header and payload of the control frame, of which not all has come.
    private byte[]? _held;
    private int _heldLength;

    // The data frame whose payload is under way.
    private long _remaining;
    private uint _mask;
    private bool _isInMessage;

    private byte[]? _ping;
    private int _pingLength;

    /// <summary>What the peer did wrong; what follows is not looked at.</summary>
    public FrameViolation? Violation { get; private set; }

    /// <summary>The Close frame, once it has come; what follows is not looked at.</summary>
    public ClosePayload? Close { get; private set; }

    /// <summary>Whether <see cref="Ping"/> has come and was not taken.</summary>
    public bool HasPing { get; private set; }

    /// <summary>The payload of the latest ping: the only one that must be answered (RFC 6455 section 5.5.3).</summary>
    public ReadOnlySpan<byte> Ping => _ping.AsSpan(0, _pingLength);

    private bool IsOver => Violation is not null || Close is not null;

    /// <summary>Says that the ping is answered.</summary>
    public void TakePing() => HasPing = false;

    /// <summary>Decodes what was received.</summary>
    /// <param name="received">The bytes; overwritten.</param>
    /// <param name="mayStartLater">Whether the payload may be left behind a header at the front.</param>
    /// <param name="start">Where the payload begins.</param>
    /// <returns>The bytes of payload.</returns>
    public int Decode(Span<byte> received, bool mayStartLater, out int start)
    {
        start = 0;
        var written = 0;
        var read = 0;
        while (read < received.Length && !IsOver)
        {
            if (_remaining == 0)
            {
                read += TakeHeader(received[read..]);
                continue;
            }

            if (mayStartLater && written == 0)
            {
                start = written = read;
            }

            mayStartLater = false;
            var count = (int)Math.Min(_remaining, received.Length - read);
            var payload = received.Slice(read, count);
            if (isMasked)
            {
                _mask = Masking.Copy(payload, received[written..], _mask);
            }
            else if (read != written)
            {
                payload.CopyTo(received[written..]);
            }

            _remaining -= count;
            read += count;
            written += count;
        }

        return written - start;
    }

    // Takes a header, or a control frame, or what there is of one; gives how many bytes that was.
    private int TakeHeader(Span<byte> bytes)
    {
        if (_heldLength > 0)
        {
            return TakeHeld(bytes);
        }

        var size = FrameHeader.Read(bytes, isMasked, out var header, out var violation);
        Violation = violation;
        if (size == 0 || (FrameHeader.IsControl(header.Opcode) && bytes.Length - size < header.Length))
        {
            return violation is null ? Hold(bytes) : bytes.Length;
        }

        return Begin(header, bytes[size..]) + size;
    }

    // A byte after another, until there is all of it: rare, and at most 139 of them.
    private int TakeHeld(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            _held![_heldLength++] = bytes[i];
            var held = _held.AsSpan(0, _heldLength);
            var size = FrameHeader.Read(held, isMasked, out var header, out var violation);
            Violation = violation;
            if (violation is not null)
            {
                return bytes.Length;
            }

            if (size > 0 && (!FrameHeader.IsControl(header.Opcode) || held.Length - size == header.Length))
            {
                _heldLength = 0;
                Begin(header, held[size..]);
                return i + 1;
            }
        }

        return bytes.Length;
    }

    private int Hold(Span<byte> bytes)
    {
        _held ??= new byte[FrameHeader.MaxSize + FrameHeader.MaxControlPayload];
        bytes.CopyTo(_held);
        _heldLength = bytes.Length;
        return bytes.Length;
    }

    // Begins a data frame, or handles a control frame, all of which is there; gives how many bytes of payload that was.
    private int Begin(in FrameHeader header, Span<byte> bytes)
    {
        if (!FrameHeader.IsControl(header.Opcode))
        {
            Violation = _isInMessage == (header.Opcode == Opcode.Continuation) ? null
                : _isInMessage ? FrameViolation.MessageWithinMessage
                : FrameViolation.NothingToContinue;
            _isInMessage = !header.IsFinal;
            _remaining = header.Length;
            _mask = header.Mask;
            return 0;
        }

        var payload = bytes[..(int)header.Length];
        if (isMasked)
        {
            Masking.Copy(payload, payload, header.Mask);
        }

        if (header.Opcode == Opcode.Ping)
        {
            _ping ??= new byte[FrameHeader.MaxControlPayload];
            payload.CopyTo(_ping);
            _pingLength = payload.Length;
            HasPing = true;
        }
        else if (header.Opcode == Opcode.Close)
        {
            Violation = ClosePayload.Read(payload, out var close);
            Close = close;
        }

        return payload.Length;
    }
}
