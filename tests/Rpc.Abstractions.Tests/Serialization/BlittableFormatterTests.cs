using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

public sealed class BlittableFormatterTests
{
    private static readonly BlittableFormatter<Padded> s_padded = new(12, 4, (1, 3), (10, 2));

    [Fact]
    public void A_padded_struct_is_read_and_written_within_others()
    {
        var value = new Padded { A = 1, B = 2, C = 3 };
        var nullable = new NullableFormatter<Padded>(s_padded);

        Assert.Equal(GoldenVectors.Values["nullable_padded"].Hex, Payload.WriteHex(nullable, value));
        Assert.Equal(value, Payload.ReadHex(nullable, "01cccccc" + "01cccccc" + "02000000" + "0300cccc"));
        Assert.Equal(
            "05000000" + "010000000200000003000000",
            Payload.WriteHex(new KeyValuePairFormatter<byte, Padded>(ByteFormatter.Instance, s_padded), new(5, value)));
    }

    [Fact]
    public void Padding_within_the_parts_of_a_pair_is_zeroed()
    {
        var dirty = GoldenHelpers.DirtyPadded();
        var formatter = new KeyValuePairFormatter<Padded, int>(s_padded, Int32Formatter.Instance);

        Assert.Equal("010000000403020105000000" + "07000000", Payload.WriteHex(formatter, new(dirty[0], 7)));
    }

    [Fact]
    public void A_struct_of_another_size_is_refused_when_the_formatter_is_created()
    {
        Assert.False(BlittableFormatter<Padded>.Fits(8));
        Assert.Throws<PlatformNotSupportedException>(() => new BlittableFormatter<Padded>(8, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlittableFormatter<Padded>(12, 4, (10, 3)));
    }

    [Fact]
    public void A_span_that_is_too_short_is_refused()
    {
        Assert.Throws<ArgumentException>(() => s_padded.Read(new byte[11]));
        Assert.Throws<ArgumentException>(() => s_padded.Write(new byte[11], default));
    }

    [Fact]
    public void Field_by_field_formatters_compose_like_those_that_copy()
    {
        var flagged = new FlaggedFormatter();
        var array = new ArrayFormatter<Flagged>(flagged);
        Flagged[] values = [new() { On = true, At = DateTime.UnixEpoch }, default];

        var bytes = Payload.Write(array, values);

        Assert.Equal(
            "02000000" + "0100000000000000" + "0080b5f7f57f9f48" + "00000000000000000000000000000000",
            Convert.ToHexStringLower(bytes));
        Assert.Equal(values, Payload.Read(array, bytes)!);
        Assert.Equal(24, new NullableFormatter<Flagged>(flagged).MinSize);
        Assert.Throws<PayloadException>(() => Payload.ReadHex(flagged, "0100000000000000" + "ffffffffffffff3f"));
    }

    private struct Flagged
    {
        public bool On;
        public DateTime At;
    }

    /// <summary>As the generator writes it.</summary>
    private sealed class FlaggedFormatter() : UnmanagedFormatter<Flagged>(new UnmanagedLayout(16, 8))
    {
        public override void Write(Span<byte> destination, in Flagged value)
        {
            destination.Clear();
            RawValue.WriteBoolean(destination, 0, value.On);
            DateTimeFormatter.Instance.Write(destination.Slice(8, 8), in value.At);
        }

        public override Flagged Read(ReadOnlySpan<byte> source) => new()
        {
            On = RawValue.ReadBoolean(source, 0),
            At = DateTimeFormatter.Instance.Read(source.Slice(8, 8)),
        };
    }
}
