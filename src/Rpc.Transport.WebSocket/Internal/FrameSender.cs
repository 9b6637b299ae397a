using System.Buffers;
using System.Runtime.CompilerServices;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transport.WebSockets.Framing;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Sends frames, one whole one after another: data of the writer, and control frames that the reader asks for.</summary>
/// <remarks>
/// One party at a time has the turn: the writer, or the pump of control frames. The reader never waits: its control frame goes out at once, or behind the
/// frame that is being sent. There is room for one: a pong that waits gives way to a later one (RFC 6455 section 5.5.3), and a Close frame
/// to nothing, so that a peer that pings and does not read costs no memory. Thread safe, with one writer.
/// </remarks>
/// <param name="channel">Where to.</param>
/// <param name="isMasked">Whether this side is the client, which masks its frames.</param>
internal sealed class FrameSender(ByteChannel channel, bool isMasked)
{
    /// <summary>The most bytes of payload of one frame: with its header it fits a pooled array of 128 KiB, and 64 KiB of the engine leave at once.</summary>
    internal const int MaxPayload = (128 * 1024) - FrameHeader.MaxSize;

    /// <summary>The least payload that the server sends from where it is, behind a header of its own, rather than from a copy.</summary>
    private const int MinUncopied = 8 * 1024;

    // Under the lock of this object, which nobody else has: an idle connection does without another.
    private bool _hasTurn;
    private bool _isClosing;
    private bool _hasControl;
    private Opcode _controlOpcode;
    private byte[]? _control;
    private int _controlLength;
    private TaskCompletionSource<bool>? _waiter;

    private volatile bool _isClosed;

    // Of whoever has the turn.
    private byte[]? _header;

    /// <summary>Whether a Close frame was sent.</summary>
    internal bool IsClosed => _isClosed;

    /// <summary>The first of the parts, of nearly equal size, that some bytes are sent in.</summary>
    /// <remarks>64 KiB as one frame of the most bytes and one of 14 would cost a third of the throughput.</remarks>
    internal static ReadOnlyMemory<byte> FirstPart(ReadOnlyMemory<byte> bytes) => bytes[..(bytes.Length / (((bytes.Length - 1) / MaxPayload) + 1))];

    /// <summary>Sends the beginning of some bytes, at least one, as one binary frame.</summary>
    /// <returns>The number of bytes sent.</returns>
    internal ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var payload = FirstPart(bytes);
        return TryTakeTurn() is { } turn ? SendLaterAsync(turn, payload) : SendNow(payload);
    }

    /// <summary>Sends a Close frame of status 1000 behind everything else.</summary>
    internal async Task CloseAsync()
    {
        if (TryTakeTurn() is { } turn)
        {
            await turn.ConfigureAwait(false);
        }

        lock (this)
        {
            _isClosing = true;
            _hasControl = false;
        }

        try
        {
            await SendCloseAsync().ConfigureAwait(false);
            _isClosed = true;
        }
        finally
        {
            GiveTurn();
        }
    }

    /// <summary>Sends a pong as soon as it can be sent, unless there is a later one by then.</summary>
    internal void Pong(ReadOnlySpan<byte> payload) => SendControl(Opcode.Pong, payload);

    /// <summary>Sends a Close frame as soon as it can be sent; nothing follows it.</summary>
    internal void Refuse(CloseStatus status, string reason)
    {
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayload];
        SendControl(Opcode.Close, payload[..ClosePayload.Write(payload, status, reason)]);
    }

    private void SendControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        lock (this)
        {
            if (_isClosing)
            {
                return;
            }

            _isClosing = opcode == Opcode.Close;
            _hasControl = true;
            _controlOpcode = opcode;
            _control ??= new byte[FrameHeader.MaxControlPayload];
            payload.CopyTo(_control);
            _controlLength = payload.Length;
            if (_hasTurn)
            {
                return;
            }

            _hasTurn = true;
        }

        _ = PumpAsync();
    }

    // Has the turn, and ends when it gives it up. Never fails: what goes wrong here is found by the reader and the writer as well.
    private async Task PumpAsync()
    {
        var array = ArrayPool<byte>.Shared.Rent(FrameHeader.MaxSize + FrameHeader.MaxControlPayload);
        try
        {
            while (TryTakeControl(array, out var length, out var opcode))
            {
                await SendAllAsync(array.AsMemory(0, length)).ConfigureAwait(false);
                _isClosed |= opcode == Opcode.Close;
            }
        }
        catch (Exception exception)
        {
            channel.Map(exception);
        }

        ArrayPool<byte>.Shared.Return(array);
        GiveTurn();
    }

    // The writer, if it waits, goes before the next.
    private bool TryTakeControl(byte[] array, out int length, out Opcode opcode)
    {
        lock (this)
        {
            opcode = _controlOpcode;
            length = 0;
            if (!_hasControl || _waiter is not null)
            {
                return false;
            }

            _hasControl = false;
            length = Encode(array, opcode, _control.AsSpan(0, _controlLength));
            return true;
        }
    }

    // Null when the turn was free and is taken; otherwise it comes with the task.
    private Task<bool>? TryTakeTurn()
    {
        lock (this)
        {
            if (!_hasTurn)
            {
                _hasTurn = true;
                return null;
            }

            _waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }

    private void GiveTurn()
    {
        TaskCompletionSource<bool>? waiter;
        lock (this)
        {
            waiter = _waiter;
            _waiter = null;
            _hasTurn = waiter is not null || _hasControl;
            if (!_hasTurn)
            {
                return;
            }
        }

        if (waiter is not null)
        {
            waiter.SetResult(true);
        }
        else
        {
            _ = PumpAsync();
        }
    }

    private ValueTask<int> SendNow(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length >= MinUncopied && !isMasked && TrySendUncopied(payload, out var size) is var uncopied and > 0)
        {
            if (uncopied < size + payload.Length)
            {
                return FinishUncopiedAsync(_header.AsMemory(Math.Min(uncopied, size), Math.Max(size - uncopied, 0)), payload, Math.Max(uncopied - size, 0));
            }

            GiveTurn();
            return new ValueTask<int>(payload.Length);
        }

        var array = ArrayPool<byte>.Shared.Rent(FrameHeader.SizeOf(payload.Length, isMasked) + payload.Length);
        ValueTask<int> send;
        int length;
        try
        {
            length = Encode(array, Opcode.Binary, payload.Span);
            send = channel.SendAsync(array.AsMemory(0, length));
        }
        catch
        {
            End(array);
            throw;
        }

        if (!send.IsCompletedSuccessfully)
        {
            return FinishAsync(send, array, length, payload.Length);
        }

        // A source that is pooled goes back with its result.
        var sent = send.GetAwaiter().GetResult();
        if (sent < length)
        {
            return FinishAsync(new ValueTask<int>(sent), array, length, payload.Length);
        }

        End(array);
        return new ValueTask<int>(payload.Length);
    }

    // Header and payload in one send without copying. Gives the bytes of both that were sent: 0 when the channel takes nothing of that now, or never does.
    private int TrySendUncopied(ReadOnlyMemory<byte> payload, out int size)
    {
        _header ??= new byte[FrameHeader.MaxSize];
        size = FrameHeader.Write(_header, Opcode.Binary, payload.Length, mask: null);
        try
        {
            return channel.TrySend(_header.AsMemory(0, size), payload);
        }
        catch
        {
            GiveTurn();
            throw;
        }
    }

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private async ValueTask<int> FinishUncopiedAsync(ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> payload, int sent)
    {
        try
        {
            await SendAllAsync(header).ConfigureAwait(false);
            await SendAllAsync(payload[sent..]).ConfigureAwait(false);
            return payload.Length;
        }
        finally
        {
            GiveTurn();
        }
    }

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
#endif
    private async ValueTask<int> FinishAsync(ValueTask<int> send, byte[] array, int length, int payload)
    {
        try
        {
            var sent = await send.ConfigureAwait(false);
            await SendAllAsync(array.AsMemory(sent, length - sent)).ConfigureAwait(false);
            return payload;
        }
        finally
        {
            End(array);
        }
    }

    private async ValueTask<int> SendLaterAsync(Task turn, ReadOnlyMemory<byte> payload)
    {
        await turn.ConfigureAwait(false);
        return await SendNow(payload).ConfigureAwait(false);
    }

    private async Task SendCloseAsync()
    {
        var frame = new byte[FrameHeader.MaxSize + FrameHeader.MaxControlPayload];
        var payload = new byte[FrameHeader.MaxControlPayload];
        var length = Encode(frame, Opcode.Close, payload.AsSpan(0, ClosePayload.Write(payload, CloseStatus.Normal, "")));
        await SendAllAsync(frame.AsMemory(0, length)).ConfigureAwait(false);
    }

#if NET8_0_OR_GREATER
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
#endif
    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await channel.SendAsync(bytes).ConfigureAwait(false)..];
        }
    }

    private void End(byte[] array)
    {
        ArrayPool<byte>.Shared.Return(array);
        GiveTurn();
    }

    // The header and, in one pass, the payload behind it: the caller's memory is not this side's to mask.
    private int Encode(Span<byte> frame, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        uint? mask = isMasked ? MaskSource.Next() : null;
        var size = FrameHeader.Write(frame, opcode, payload.Length, mask);
        if (mask is { } key)
        {
            Masking.Copy(payload, frame[size..], key);
        }
        else
        {
            payload.CopyTo(frame[size..]);
        }

        return size + payload.Length;
    }
}
