using System.Numerics;
using Rpc.Buffers;
using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>What the hot path must not allocate.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void Writing_allocates_nothing()
    {
        var number = Int32Formatter.Instance;
        var text = StringFormatter.Instance;
        AssertNothing(number, 5);
        AssertNothing(text, "The quick brown fox jumps over the lazy dog");
        AssertNothing(GuidFormatter.Instance, Guid.Empty);
        AssertNothing(new NullableFormatter<int>(number), 5);
        AssertNothing(new ValueTupleFormatter<byte, int>(ByteFormatter.Instance, number), ((byte)1, 2));
        AssertNothing(new ValueTupleFormatter<int, string>(number, text), (1, "a"));
        AssertNothing(new KeyValuePairFormatter<bool, DateTime>(BooleanFormatter.Instance, DateTimeFormatter.Instance), new(true, DateTime.UnixEpoch));
        AssertNothing(new ArrayFormatter<Vector3>(Vector3Formatter.Instance), new Vector3[100]);
        AssertNothing(new ListFormatter<string>(text), ["a", "b", "c"]);
        AssertNothing(new DictionaryFormatter<int, string>(number, text), new() { [1] = "one", [2] = "two" });
        AssertNothing(new DictionaryFormatter<int, int>(number, number), new() { [1] = 1, [2] = 2 });
        AssertNothing(new HashSetFormatter<int>(number), [1, 2, 3]);
        AssertNothing(new QueueFormatter<int>(number), new Queue<int>([1, 2, 3]));
        AssertNothing(new Array2DFormatter<int>(number), new int[3, 3]);
        AssertNothing(new InterfaceReadOnlyListFormatter<int>(number), new List<int> { 1, 2 });
        AssertNothing(BigIntegerFormatter.Instance, BigInteger.Pow(2, 100));
        AssertNothing(BitArrayFormatter.Instance, new System.Collections.BitArray(100, true));
    }

    [Fact]
    public void Reading_allocates_the_value_alone()
    {
        AssertReading(0, Int32Formatter.Instance, 5);
        AssertReading(0, new ValueTupleFormatter<byte, int>(ByteFormatter.Instance, Int32Formatter.Instance), ((byte)1, 2));
        AssertReading(0, DateTimeOffsetFormatter.Instance, DateTimeOffset.UnixEpoch);
        AssertReading(0, StringFormatter.Instance, "");
        AssertReading(22 + (2 * 43) + 4, StringFormatter.Instance, "The quick brown fox jumps over the lazy dog");
        AssertReading(24 + 40, new ArrayFormatter<int>(Int32Formatter.Instance), new int[10]);
    }

    private static void AssertNothing<T>(Formatter<T> formatter, T value)
    {
        // One pass more than the array pool and tiered compilation need to settle.
        Write(formatter, value);
        Write(formatter, value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(formatter, value);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertReading<T>(int expected, Formatter<T> formatter, T value)
    {
        var bytes = Payload.Write(formatter, value);
        Payload.Read(formatter, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Payload.Read(formatter, bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, expected);
    }

    private static void Write<T>(Formatter<T> formatter, T value)
    {
        var buffer = PayloadBuffer.Rent();
        var writer = new PayloadWriter(buffer);
        formatter.Serialize(ref writer, in value!);
        writer.Commit();
        buffer.Return();
    }
}
