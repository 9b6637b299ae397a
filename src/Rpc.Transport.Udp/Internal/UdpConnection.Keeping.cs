using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <content>Interruptions: a silence that does not end the connection, and the search for the peer.</content>
internal sealed partial class UdpConnection : IInterruptibleConnection
{
    /// <summary>Probes without an answer after which another way is looked for; and after as many more again.</summary>
    private const int SilentProbes = 6;

    /// <summary>How long after the first of them (µs), at least: the probes alone may take 50 ms, for which a peer on a busy machine waits for its processor.</summary>
    private const long LeastSilence = 1_000_000;

    private Action<TransportException?>? _interruptionChanged;
    private TaskCompletionSource<bool>? _sought;
    private bool _isInterrupted;
    private int _searches;
    private int _otherWayAfter = SilentProbes;
    private long _probingSince;

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
        Task<bool> sought;
        var now = _clock.Now;
        lock (_gate)
        {
            ThrowIfOver();
            if (!_isInterrupted)
            {
                return true;
            }

            _peer.Seek(now);
            sought = (_sought ??= NewSignal()).Task;
        }

        SendAll(now);
        return await (cancellationToken.CanBeCanceled ? sought.WaitAsync(cancellationToken) : sought).ConfigureAwait(false);
    }

    // Under the gate, after a probe timeout.
    private bool IsOtherWayDue(long now)
    {
        if (_peer.ProbeCount == 1)
        {
            (_otherWayAfter, _probingSince) = (SilentProbes, now);
        }

        if (_peer.ProbeCount < _otherWayAfter || now - _probingSince < LeastSilence)
        {
            return false;
        }

        _otherWayAfter = _peer.ProbeCount + SilentProbes;
        return true;
    }

    // From another port. What was in flight may have been acknowledged meanwhile: then nothing else would tell the peer, which sends to the old one, until the next keepalive.
    private void SayWhereFrom()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _peer.Ping();
        }

        SendAll(_clock.Now);
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
