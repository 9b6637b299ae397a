using System.Buffers;
using System.Runtime.InteropServices;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>What the values of the golden vectors call.</summary>
internal static class GoldenHelpers
{
    /// <summary>Gives a value its static type: the compiler infers none from null, and boxes a literal as what it looks like.</summary>
    public static object? As<T>(T? value) => value;

    public static Padded[] DirtyPadded()
    {
        var array = new Padded[2];
        MemoryMarshal.AsBytes(array.AsSpan()).Fill(0xCC);
        for (var i = 0; i < 2; i++)
        {
            array[i].A = (byte)(i + 1);
            array[i].B = 0x01020304;
            array[i].C = 5;
        }

        return array;
    }

    public static ReadOnlySequence<byte> TwoSegments()
    {
        var second = new Segment([4, 5], 3);
        var first = new Segment([1, 2, 3], 0, second);
        return new ReadOnlySequence<byte>(first, 0, second, 2);
    }

    public static IEnumerable<int> Yield(params int[] items)
    {
        foreach (var item in items)
        {
            yield return item;
        }
    }

    public static Dictionary<TKey, TValue> RemovedThenAdded<TKey, TValue>(IEnumerable<(TKey, TValue)> pairs, TKey remove, (TKey, TValue) add)
        where TKey : notnull
    {
        var dictionary = pairs.ToDictionary(x => x.Item1, x => x.Item2);
        dictionary.Remove(remove);
        dictionary.Add(add.Item1, add.Item2);
        return dictionary;
    }

    public static Stack<int> Stk(params int[] items) => new(items);

    public static Stack<string?> StkS(params string?[] items) => new(items);

    public static PriorityQueue<string, int> Pq()
    {
        var queue = new PriorityQueue<string, int>();
        queue.Enqueue("low", 5);
        queue.Enqueue("high", 1);
        queue.Enqueue("mid", 3);
        return queue;
    }

    public static PriorityQueue<int, int> Pqi()
    {
        var queue = new PriorityQueue<int, int>();
        queue.Enqueue(50, 5);
        queue.Enqueue(10, 1);
        queue.Enqueue(30, 3);
        return queue;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long runningIndex, Segment? next = null)
        {
            Memory = bytes;
            RunningIndex = runningIndex;
            Next = next;
        }
    }
}
