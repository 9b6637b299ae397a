using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>Bit patterns that are no values, and values that must not share memory with the payload.</summary>
public sealed class SafeReadingTests
{
    [Fact]
    public void A_boolean_is_0_or_1_in_memory_wherever_it_stands()
    {
        Assert.Equal(1, Unsafe.BitCast<bool, byte>(Payload.ReadHex(BooleanFormatter.Instance, "80")));
        var array = Payload.ReadHex(new ArrayFormatter<bool>(BooleanFormatter.Instance), "0400000000ff0201")!;
        Assert.Equal([0, 1, 1, 1], MemoryMarshal.AsBytes(array.AsSpan()).ToArray());
        var pair = Payload.ReadHex(new KeyValuePairFormatter<bool, byte>(BooleanFormatter.Instance, ByteFormatter.Instance), "40ff");
        Assert.Equal(1, Unsafe.BitCast<bool, byte>(pair.Key));
        var tuple = Payload.ReadHex(new ValueTupleFormatter<bool, bool>(BooleanFormatter.Instance, BooleanFormatter.Instance), "4000");
        Assert.Equal(1, Unsafe.BitCast<bool, byte>(tuple.Item1));
        var nullable = Payload.ReadHex(new NullableFormatter<bool>(BooleanFormatter.Instance), "ff80");
        Assert.Equal(1, Unsafe.BitCast<bool, byte>(nullable!.Value));
    }

    [Fact]
    public void A_boolean_whose_memory_is_2_is_written_as_1() =>
        Assert.Equal("01", Payload.WriteHex(BooleanFormatter.Instance, Unsafe.BitCast<byte, bool>(2)));

    [Theory]
    [InlineData("DateTime", "ffffffffffffff3f")]
    [InlineData("DateTimeOffset", "ff7f0000000000000000000000000000")]
    [InlineData("DateTimeOffset", "0000000000000000ffffffffffffff3f")]
    [InlineData("DateTimeOffset", "c4ff0000000000000000000000000000")] // an hour before the year 1
    [InlineData("decimal", "00001d00000000000100000000000000")] // scale 29
    [InlineData("decimal", "01000000000000000100000000000000")] // a flag that no decimal has
    [InlineData("Version", "0400000000000000000000ffffffff")]
    [InlineData("Version", "0401000000010000000100000000")]
    public void Bits_that_are_no_value_are_a_typed_error(string type, string hex) =>
        Assert.Throws<PayloadException>(() => FormatterTable.All[type].Read(Convert.FromHexString(hex), out _));

    [Fact]
    public void Bits_that_are_no_value_are_a_typed_error_within_blocks()
    {
        var nullable = new ArrayFormatter<DateTime?>(new NullableFormatter<DateTime>(DateTimeFormatter.Instance));
        var pairs = new ListFormatter<KeyValuePair<int, decimal>>(new KeyValuePairFormatter<int, decimal>(Int32Formatter.Instance, DecimalFormatter.Instance));

        Assert.Throws<PayloadException>(() => Payload.ReadHex(new ArrayFormatter<DateTime>(DateTimeFormatter.Instance), "02000000" + "0000000000000000" + "ffffffffffffff3f"));
        Assert.Throws<PayloadException>(() => Payload.ReadHex(nullable, "01000000" + "0100000000000000" + "ffffffffffffff3f"));
        Assert.Throws<PayloadException>(() => Payload.ReadHex(pairs, "01000000" + "0000000000000000" + "00001d00000000000100000000000000"));
    }

    [Fact]
    public void The_bits_behind_a_null_are_ignored_even_if_they_are_no_value() =>
        Assert.Null(Payload.ReadHex(new NullableFormatter<DateTime>(DateTimeFormatter.Instance), "0000000000000000" + "ffffffffffffff3f"));

    [Fact]
    public void What_was_read_does_not_change_with_the_payload()
    {
        byte[] payload = [3, 0, 0, 0, 1, 2, 3];
        var memory = Payload.Read(new ReadOnlyMemoryFormatter<byte>(ByteFormatter.Instance), payload);
        var sequence = Payload.Read(new ReadOnlySequenceFormatter<byte>(ByteFormatter.Instance), payload);
        var segment = Payload.Read(new ArraySegmentFormatter<byte>(ByteFormatter.Instance), payload);

        payload.AsSpan().Clear();

        Assert.Equal([1, 2, 3], memory.ToArray());
        Assert.Equal([1, 2, 3], sequence.ToArray());
        Assert.Equal([1, 2, 3], segment.ToArray());
    }

    [Theory]
    [InlineData("int[,]", "03ffffff7fffffff7f00000000")]
    [InlineData("int[,]", "03ffffff7f0000000000000000")] // no elements, and a length that no array may have
    [InlineData("int[,]", "0300000000ffffff7f00000000")]
    [InlineData("byte[,]", "0300000100000001000000000000")]
    [InlineData("byte[,,]", "04d0070000d0070000d007000000000000")]
    [InlineData("int[,]", "0302000000020000000100000007000000")]
    public void Dimensions_are_multiplied_without_overflow_before_anything_is_allocated(string type, string hex)
    {
        var probe = FormatterTable.All[type];
        var bytes = Convert.FromHexString(hex);

        Assert.Throws<PayloadException>(() => probe.Read(bytes, out _));
        Assert.InRange(Allocation.OfReading(probe, bytes), 0, Allocation.Limit(bytes.Length));
    }

    [Theory]
    [InlineData("int[,]", "03c7ffff7f0000000000000000")]
    [InlineData("int[,]", "0300000000c7ffff7f00000000")]
    [InlineData("short[,,,]", "0500000000c7ffff7f0000000001000000" + "00000000")]
    public void An_array_without_elements_may_have_any_length_that_an_array_may_have(string type, string hex)
    {
        var array = (Array)FormatterTable.All[type].Read(Convert.FromHexString(hex), out _)!;

        Assert.Empty(array);
        Assert.Contains(Array.MaxLength, Enumerable.Range(0, array.Rank).Select(array.GetLength));
    }

    [Fact]
    public void A_culture_that_the_platform_does_not_have_is_a_typed_error()
    {
        Assert.Throws<PayloadException>(() => Payload.Read(CultureInfoFormatter.Instance, Payload.Write(StringFormatter.Instance, "xx-made-up")));
        Assert.Throws<PayloadException>(() => Payload.Read(CultureInfoFormatter.Instance, Payload.Write(StringFormatter.Instance, new string('x', 1000))));
    }

    [Fact]
    public void A_tuple_whose_rest_is_null_is_a_typed_error()
    {
        var formatter = new TupleFormatter<int, int, int, int, int, int, int, Tuple<int>>(
            Int32Formatter.Instance, Int32Formatter.Instance, Int32Formatter.Instance, Int32Formatter.Instance,
            Int32Formatter.Instance, Int32Formatter.Instance, Int32Formatter.Instance, new TupleFormatter<int>(Int32Formatter.Instance));

        Assert.Throws<PayloadException>(() => Payload.ReadHex(formatter, "08" + new string('0', 7 * 8) + "ff"));
    }
}
