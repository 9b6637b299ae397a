namespace Rpc.Transport.Udp.Protocol;

/// <summary>The packet numbers to acknowledge, as at most 32 ranges, newest first; the oldest are forgotten.</summary>
internal sealed class AckRanges
{
    internal const int MaxRanges = 32;

    private (long Start, long End)[] _ranges = new (long, long)[4];

    internal int Count { get; private set; }

    /// <summary>A range, both ends included.</summary>
    internal (long Start, long End) this[int index] => _ranges[index];

    /// <summary>Adds a number that is in no range yet.</summary>
    /// <returns>Whether it was the one expected next: above all others, without a gap.</returns>
    internal bool Add(long number)
    {
        if (Count > 0 && number == _ranges[0].End + 1)
        {
            _ranges[0].End = number;
            return true;
        }

        var index = 0;
        while (index < Count && _ranges[index].Start > number)
        {
            index++;
        }

        var joinsAbove = index > 0 && _ranges[index - 1].Start == number + 1;
        var joinsBelow = index < Count && _ranges[index].End == number - 1;
        if (joinsAbove && joinsBelow)
        {
            _ranges[index - 1].Start = _ranges[index].Start;
            Remove(index);
        }
        else if (joinsAbove)
        {
            _ranges[index - 1].Start = number;
        }
        else if (joinsBelow)
        {
            _ranges[index].End = number;
        }
        else
        {
            Insert(index, number);
        }

        return Count == 1 && _ranges[0] == (number, number);
    }

    /// <summary>The peer knows everything up to a number: older ranges need not be told again.</summary>
    internal void Forget(long number)
    {
        while (Count > 1 && _ranges[Count - 1].End <= number)
        {
            Count--;
        }
    }

    private void Insert(int index, long number)
    {
        if (Count == MaxRanges)
        {
            if (index == Count)
            {
                return;
            }

            Count--;
        }

        if (Count == _ranges.Length)
        {
            Array.Resize(ref _ranges, Math.Min(MaxRanges, Count * 2));
        }

        Array.Copy(_ranges, index, _ranges, index + 1, Count - index);
        _ranges[index] = (number, number);
        Count++;
    }

    private void Remove(int index)
    {
        Count--;
        Array.Copy(_ranges, index + 1, _ranges, index, Count - index);
    }
}
