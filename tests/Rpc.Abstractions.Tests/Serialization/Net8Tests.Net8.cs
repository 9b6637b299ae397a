using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>What only the net8.0 build has.</summary>
public sealed class Net8Tests
{
    [Fact]
    public void No_case_is_left_out() => Assert.Equal(339, GoldenTable.Values.Count);

    [Theory]
    [InlineData("DateOnly", "ffffffff")]
    [InlineData("DateOnly", "dbb93700")]
    [InlineData("TimeOnly", "ffffffffffffffff")]
    [InlineData("TimeOnly", "00c0692ac9000000")]
    [InlineData("Rune", "00d80000")]
    [InlineData("Rune", "00001100")]
    public void Bits_that_are_no_value_are_a_typed_error(string type, string hex) =>
        Assert.Throws<PayloadException>(() => FormatterTable.All[type].Read(Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData("02000000" + "feffffff010000006101000000" + "feffffff010000006101000000")]
    [InlineData("01000000" + "ffffffff" + "01000000")]
    public void A_key_that_stands_twice_or_is_null_is_a_typed_error_in_a_frozen_dictionary(string hex) => Assert.Throws<PayloadException>(
        () => Payload.ReadHex(new FrozenDictionaryFormatter<string, int>(StringFormatter.Instance, Int32Formatter.Instance), hex));

    [Fact]
    public void The_types_are_known() => Assert.Same(DateOnlyFormatter.Instance, FormatterCache<DateOnly>.Instance);
}
