using Rpc.Buffers;
using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

public sealed class PayloadStringTests
{
    [Theory]
    [InlineData("0a00000061006200")] // 10 characters said, 2 there
    [InlineData("f5ffffff03000000616263")] // 10 bytes said, 3 there
    [InlineData("0000008000000000")] // 2^31 - 1 bytes said: the eight bytes that end the real serializer's process
    [InlineData("0000008005000000")]
    [InlineData("030000800100000061")]
    [InlineData("fcffffff02000000616263")] // 2 characters said, 3 there
    [InlineData("fcffffffffffff7f616263")] // 2^31 - 1 characters said, 3 there
    [InlineData("feffffff01000000ff")] // no UTF-8
    [InlineData("fdffffff01000000c080")] // overlong
    [InlineData("fcffffff01000000eda080")] // a surrogate
    [InlineData("fdffffff01000000ed95")] // a sequence cut short
    public void A_string_that_does_not_fit_its_bytes_is_one_typed_error(string hex) =>
        Assert.Throws<PayloadException>(() => Payload.ReadHex(StringFormatter.Instance, hex));

    [Fact]
    public void A_length_may_be_padded_up_to_three_times_the_bytes_and_no_further()
    {
        Assert.Equal("abc" + new string('\0', 9), Payload.ReadHex(StringFormatter.Instance, "fcffffff0c000000616263"));
        Assert.Throws<PayloadException>(() => Payload.ReadHex(StringFormatter.Instance, "fcffffff0d000000616263"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(1_000_000)]
    public void A_string_of_any_length_survives_the_round_trip(int length)
    {
        var ascii = new string('x', length);
        var wide = new string('가', length);

        Assert.Equal(ascii, Payload.Read(StringFormatter.Instance, Payload.Write(StringFormatter.Instance, ascii)));
        Assert.Equal(wide, Payload.Read(StringFormatter.Instance, Payload.Write(StringFormatter.Instance, wide)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public void A_string_that_just_fits_the_limit_is_written_though_its_worst_case_would_not_fit(int length)
    {
        var text = new string('x', length);
        var buffer = PayloadBuffer.Rent(length + 8);
        var writer = new PayloadWriter(buffer);
        writer.WriteString(text);
        writer.Commit();
        Assert.Equal(length + 8, buffer.Length);
        buffer.Return();

        Assert.Throws<PayloadTooLargeException>(() =>
        {
            var tooSmall = PayloadBuffer.Rent(length + 7);
            var refused = new PayloadWriter(tooSmall);
            refused.WriteString(text);
        });
    }

    [Fact]
    public void Strings_of_both_forms_may_follow_one_another()
    {
        var list = Payload.ReadHex(new ListFormatter<string>(StringFormatter.Instance), "04000000" + "feffffff0100000061" + "010000006200" + "ffffffff" + "00000000");

        Assert.Equal(["a", "b", null!, ""], list!);
    }

    [Fact]
    public void An_empty_string_is_no_new_object() =>
        Assert.Same(string.Empty, Payload.ReadHex(StringFormatter.Instance, "00000000"));
}
