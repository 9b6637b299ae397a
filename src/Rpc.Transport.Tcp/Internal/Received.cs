namespace Rpc.Transport.Tcp.Internal;

/// <summary>What a receive brought for the stream.</summary>
internal readonly struct Received
{
    /// <param name="start">Where its bytes begin in the memory that was received into.</param>
    /// <param name="count">How many there are; 0 is not the end.</param>
    /// <param name="isEnded">Whether the stream ends behind them.</param>
    internal Received(int start, int count, bool isEnded)
    {
        Start = start;
        Count = count;
        IsEnded = isEnded;
    }

    internal int Start { get; }

    internal int Count { get; }

    internal bool IsEnded { get; }
}
