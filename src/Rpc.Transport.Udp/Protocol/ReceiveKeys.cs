namespace Rpc.Transport.Udp.Protocol;

/// <summary>Opens what the peer sends, and follows its changes of keys. Packets overtaken by a change are opened with the keys before.</summary>
internal sealed class ReceiveKeys(CipherSuite suite, byte[] secret) : IDisposable
{
    private byte[] _secret = secret;
    private IPacketProtection _current = KeySchedule.Protect(suite, secret);
    private IPacketProtection? _previous;
    private IPacketProtection? _next;
    private bool _phase;
    private long _first;

    internal bool TryOpen(bool phase, long packetNumber, ReadOnlySpan<byte> header, Span<byte> body, ReadOnlySpan<byte> tag)
    {
        if (phase == _phase)
        {
            return _current.TryOpen(packetNumber, header, body, tag);
        }

        if (packetNumber < _first)
        {
            return _previous is not null && _previous.TryOpen(packetNumber, header, body, tag);
        }

        // Made once, whatever a forger claims.
        _next ??= KeySchedule.Protect(suite, KeySchedule.Next(_secret));
        if (!_next.TryOpen(packetNumber, header, body, tag))
        {
            return false;
        }

        _previous?.Dispose();
        (_previous, _current, _next) = (_current, _next, null);
        _secret = KeySchedule.Next(_secret);
        (_phase, _first) = (phase, packetNumber);
        return true;
    }

    public void Dispose()
    {
        _current.Dispose();
        _previous?.Dispose();
        _next?.Dispose();
    }
}
