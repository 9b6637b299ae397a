using Rpc.Buffers;
using Rpc.Serialization;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

public sealed class VarIntTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7f")]
    [InlineData(128, "848000")]
    [InlineData(32767, "84ff7f")]
    [InlineData(32768, "8200800000")]
    [InlineData(int.MaxValue, "82ffffff7f")]
    [InlineData(-1, "ff")]
    [InlineData(-120, "88")]
    [InlineData(-121, "8687")]
    [InlineData(-128, "8680")]
    [InlineData(-129, "847fff")]
    [InlineData(-32769, "82ff7fffff")]
    [InlineData(int.MinValue, "8200000080")]
    public void A_signed_integer_takes_the_shortest_signed_form(int value, string hex)
    {
        Assert.Equal(hex, Written(value, null));
        Assert.Equal(value, new PayloadReader(Convert.FromHexString(hex)).ReadVarInt());
    }

    [Theory]
    [InlineData(0u, "00")]
    [InlineData(127u, "7f")]
    [InlineData(128u, "858000")]
    [InlineData(65535u, "85ffff")]
    [InlineData(65536u, "8300000100")]
    [InlineData(uint.MaxValue, "83ffffffff")]
    public void An_unsigned_integer_takes_the_shortest_unsigned_form(uint value, string hex)
    {
        Assert.Equal(hex, Written(null, value));
        Assert.Equal(value, new PayloadReader(Convert.FromHexString(hex)).ReadVarUInt());
    }

    [Theory]
    [InlineData("8704")]
    [InlineData("8604")]
    [InlineData("850400")]
    [InlineData("840400")]
    [InlineData("8304000000")]
    [InlineData("8204000000")]
    [InlineData("810400000000000000")]
    [InlineData("800400000000000000")]
    public void A_small_integer_is_read_from_every_form(string hex)
    {
        Assert.Equal(4, new PayloadReader(Convert.FromHexString(hex)).ReadVarInt());
        Assert.Equal(4u, new PayloadReader(Convert.FromHexString(hex)).ReadVarUInt());
    }

    [Theory]
    [InlineData("83ffffffff")]
    [InlineData("81ffffffffffffffff")]
    [InlineData("80ffffffffffffff7f")]
    [InlineData("800000000000000080")]
    [InlineData("84")]
    [InlineData("")]
    public void What_does_not_fit_a_signed_integer_is_a_typed_error(string hex) =>
        Assert.Throws<PayloadException>(() => new PayloadReader(Convert.FromHexString(hex)).ReadVarInt());

    [Theory]
    [InlineData("ff")]
    [InlineData("8680")]
    [InlineData("81ffffffffffffffff")]
    [InlineData("800000000001000000")]
    public void What_does_not_fit_an_unsigned_integer_is_a_typed_error(string hex) =>
        Assert.Throws<PayloadException>(() => new PayloadReader(Convert.FromHexString(hex)).ReadVarUInt());

    private static string Written(int? signed, uint? unsigned)
    {
        var buffer = PayloadBuffer.Rent();
        var writer = new PayloadWriter(buffer);
        if (signed is { } number)
        {
            writer.WriteVarInt(number);
        }

        if (unsigned is { } positive)
        {
            writer.WriteVarUInt(positive);
        }

        writer.Commit();
        var hex = Convert.ToHexStringLower(buffer.WrittenSpan);
        buffer.Return();
        return hex;
    }
}
