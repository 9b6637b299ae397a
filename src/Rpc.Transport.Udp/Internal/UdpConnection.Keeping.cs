using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <content>Interruptions: a silence that does not end the connection, and the search for the peer.</content>
internal sealed partial class UdpConnection : IInterruptibleConnection
{
    private Action<TransportException?>? _interruptionChanged;
    private TaskCompletionSource<bool>? _sought;
    private bool _isInterrupted;
    private int _searches;

    public void KeepThroughSilence(Action<TransportException?> changed)
    {
        lock (_gate)
        {
            _interruptionChanged = changed;
            _peer.IsKept = true;
        }
    }

    public bool Interrupt(TransportException reason)
    {
        lock (_gate)
        {
            if (_isDisposed || !_peer.Interrupt(reason))
            {
                return false;
            }

            NoteInterruption();
            _deadlines.Schedule(this, Math.Max(_peer.Deadline, _clock.Now + 1));
            return true;
        }
    }

    public async ValueTask<bool> SeekAsync(Uri address, CancellationToken cancellationToken)
    {
        await _sender.MoveAsync(address, Interlocked.Increment(ref _searches), cancellationToken).ConfigureAwait(false);
        Wakes wakes;
        Task<bool> sought;
        lock (_gate)
        {
            ThrowIfOver();
            if (!_isInterrupted)
            {
                return true;
            }

            var now = _clock.Now;
            _peer.Seek(now);
            sought = (_sought ??= NewSignal()).Task;
            wakes = SendAll(now);
        }

        Wake(wakes);
        return await (cancellationToken.CanBeCanceled ? sought.WaitAsync(cancellationToken) : sought).ConfigureAwait(false);
    }

    // Under the gate, after everything that may have changed it.
    private void NoteInterruption()
    {
        var isInterrupted = _peer.Interruption is not null;
        if (_isInterrupted == isInterrupted || _peer.IsClosed)
        {
            return;
        }

        _isInterrupted = isInterrupted;
        _searches = 0;
        _interruptionChanged?.Invoke(_peer.Interruption is { } reason ? Copy(reason) : null);
    }
}
