namespace Rpc.Transport.Tcp.Polling;

/// <summary>For how long a socket is run on the pool because what ran for it held up the poller: a quarter of a second at first, then twice as long each time, up
/// to a minute; after a quiet minute it begins anew. Times are those of <see cref="PollClock.Now"/>. One writes; a reader may see it late.</summary>
internal struct Demotion
{
    /// <summary>The first one, in milliseconds.</summary>
    internal const int First = 250;

    /// <summary>The longest one, in milliseconds.</summary>
    internal const int Longest = 60_000;

    private int _length;
    private long _until;

    /// <summary>Whether there ever was one.</summary>
    internal readonly bool Any => _length > 0;

    /// <summary>Whether one holds now.</summary>
    internal readonly bool Holds(long now) => now < Volatile.Read(in _until);

    /// <summary>Begins one.</summary>
    internal void Begin(long now)
    {
        _length = !Any || now - _until > Longest ? First : Math.Min(_length * 2, Longest);
        Volatile.Write(ref _until, now + _length);
    }
}
