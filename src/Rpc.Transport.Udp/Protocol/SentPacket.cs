namespace Rpc.Transport.Udp.Protocol;

/// <summary>What is known of a packet in flight. Pooled.</summary>
internal sealed class SentPacket
{
    private SentFrame[] _frames = [];

    internal long Number { get; set; }

    internal long SentAt { get; set; }

    internal int Size { get; set; }

    internal bool IsAckEliciting { get; set; }

    /// <summary>The largest number that its acknowledgement told; -1 without one.</summary>
    internal long LargestTold { get; set; } = -1;

    internal bool HasCredit { get; set; }

    internal bool HasEnd { get; set; }

    /// <summary>Whether it tries a length, and carries nothing else.</summary>
    internal bool IsMtuProbe { get; set; }

    internal int FrameCount { get; private set; }

    internal ReadOnlySpan<SentFrame> Frames => _frames.AsSpan(0, FrameCount);

    internal void Add(OutgoingMessage message, int first, int count)
    {
        if (FrameCount == _frames.Length)
        {
            Array.Resize(ref _frames, Math.Max(4, FrameCount * 2));
        }

        message.References++;
        _frames[FrameCount++] = new SentFrame(message, first, count);
    }

    internal void Reset()
    {
        Array.Clear(_frames, 0, FrameCount);
        (FrameCount, LargestTold, HasCredit, HasEnd, IsMtuProbe, IsAckEliciting) = (0, -1, false, false, false, false);
    }
}
