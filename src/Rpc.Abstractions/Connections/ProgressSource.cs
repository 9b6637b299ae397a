using Rpc.Buffers;
using Rpc.Protocol;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>Sends a handler's reports to the caller. A report that there is no room for waits, and gives way to the next one: progress is about the newest.</summary>
internal sealed class ProgressSource<T> : IProgress<T>
{
    private readonly object _gate = new();
    private readonly StreamEnd _end;
    private readonly StreamWindow _window;
    private readonly Formatter<T> _formatter;
    private readonly int _maxItemSize;
    private T? _pending;
    private bool _hasPending;
    private bool _waiting;

    public ProgressSource(StreamEnd end, StreamWindow window, Formatter<T> formatter, int maxItemSize)
    {
        _end = end;
        _window = window;
        _formatter = formatter;
        _maxItemSize = maxItemSize;
    }

    /// <summary>Sends a report, or keeps it until there is room. Does nothing once the call has ended.</summary>
    /// <exception cref="RpcException">ResourceExhausted: it is larger than the peer's limit.</exception>
    public void Report(T value)
    {
        lock (_gate)
        {
            if (_window.IsStopped)
            {
                return;
            }

            if (_waiting || _end.Sender.QueuedBytes >= _end.HighWater || !TrySend(value))
            {
                _pending = value;
                _hasPending = true;
                if (!_waiting)
                {
                    _waiting = true;
                    _ = SendPendingAsync();
                }
            }
        }
    }

    /// <summary>Sends what waits, before the call ends.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_hasPending && TrySend(_pending!))
            {
                _hasPending = false;
                _pending = default;
            }
        }
    }

    private async Task SendPendingAsync()
    {
        // Ends with the window at the latest: it is stopped when the call ends.
        while (await _window.WaitAsync().ConfigureAwait(false))
        {
            lock (_gate)
            {
                if (!_hasPending || TrySend(_pending!))
                {
                    _hasPending = false;
                    _pending = default;
                    _waiting = false;
                    return;
                }
            }
        }
    }

    private bool TrySend(T value)
    {
        var buffer = PayloadBuffer.Rent(_maxItemSize);
        var writer = new PayloadWriter(buffer);
        try
        {
            _formatter.Serialize(ref writer, value);
        }
        catch (PayloadTooLargeException e)
        {
            throw new RpcException(RpcStatusCode.ResourceExhausted, "A report is too large: " + e.Message, e);
        }

        writer.Commit();
        if (!_window.TryTake(buffer.Length))
        {
            buffer.Return();
            return false;
        }

        _end.Sender.SendControl(new OutgoingFrame(buffer, ItemsFrame.Prefix(buffer, _end.ItemsType, _end.Stream)), _end.Options);
        return true;
    }
}
