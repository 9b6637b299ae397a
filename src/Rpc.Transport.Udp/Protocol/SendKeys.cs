namespace Rpc.Transport.Udp.Protocol;

/// <summary>Seals what this side sends, and changes its keys before they are worn.</summary>
internal sealed class SendKeys(CipherSuite suite, byte[] secret, long now) : IDisposable
{
    /// <summary>Packets under one key.</summary>
    internal const long MaxPackets = 1 << 22;

    /// <summary>Time under one key (µs): an hour.</summary>
    internal const long MaxAge = 3600L * 1_000_000;

    private byte[] _secret = secret;
    private IPacketProtection _protection = KeySchedule.Protect(suite, secret);
    private long _first;
    private long _since = now;
    private bool _isConfirmed;

    /// <summary>The bit that tells the receiver which keys these are.</summary>
    internal bool Phase { get; private set; }

    /// <summary>Seals a packet, under new keys when it is time and the peer has shown that it has the present ones.</summary>
    internal void Rotate(long packetNumber, long now)
    {
        if (_isConfirmed && (packetNumber - _first >= MaxPackets || now - _since >= MaxAge))
        {
            ForceRotate(packetNumber, now);
        }
    }

    internal void ForceRotate(long packetNumber, long now)
    {
        _secret = KeySchedule.Next(_secret);
        _protection.Dispose();
        _protection = KeySchedule.Protect(suite, _secret);
        Phase = !Phase;
        (_first, _since, _isConfirmed) = (packetNumber, now, false);
    }

    internal void Seal(long packetNumber, ReadOnlySpan<byte> header, Span<byte> body, Span<byte> tag) =>
        _protection.Seal(packetNumber, header, body, tag);

    /// <summary>The peer has received a packet.</summary>
    internal void OnAcknowledged(long packetNumber) => _isConfirmed |= packetNumber >= _first;

    public void Dispose() => _protection.Dispose();
}
