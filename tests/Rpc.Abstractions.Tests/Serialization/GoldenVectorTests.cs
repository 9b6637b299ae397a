using System.Globalization;
using System.Numerics;
using Rpc.Serialization;
using Rpc.Serialization.Formatters;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>Every golden vector on types of the base class library, byte for byte, in both directions.</summary>
public sealed class GoldenVectorTests
{
    /// <summary>Written differently on purpose: padding is zero, whatever is in memory.</summary>
    private const string DirtyPadding = "padded_array_dirty_padding";

    public static TheoryData<string> Written => new(GoldenTable.Values.Keys.Where(
        x => GoldenVectors.Values[x] is { Hex: not null, StringEncoding: not "utf16" } && x != DirtyPadding));

    public static TheoryData<string> Readable => new(GoldenTable.Values.Keys.Where(
        x => GoldenVectors.Values[x].Hex is not null));

    public static TheoryData<string> Inexpressible => new(GoldenTable.Values.Keys.Where(
        x => GoldenVectors.Values[x].Hex is null));

    [Theory]
    [MemberData(nameof(Written))]
    public void A_value_is_written_as_the_real_serializer_writes_it(string name)
    {
        var vector = GoldenVectors.Values[name];
        Assert.Equal(vector.Hex, Convert.ToHexStringLower(GoldenTable.Types[vector.Type].Write(GoldenTable.Values[name]())));
    }

    [Theory]
    [MemberData(nameof(Readable))]
    public void Bytes_of_the_real_serializer_are_read_as_the_value_they_were_written_from(string name)
    {
        var vector = GoldenVectors.Values[name];
        var probe = GoldenTable.Types[vector.Type];
        var bytes = Convert.FromHexString(vector.Hex!);

        var value = probe.Read(bytes, out var consumed);

        // Values have no common equality, their bytes have: as different values have different bytes, the same bytes prove the same value.
        // A string that only UTF-16 can express has none, and is compared itself.
        Assert.Equal(bytes.Length, consumed);
        if (value is string text)
        {
            Assert.Equal(GoldenTable.Values[name](), text);
        }
        else
        {
            Assert.Equal(probe.Write(GoldenTable.Values[name]()), probe.Write(value));
        }
    }

    [Theory]
    [MemberData(nameof(Inexpressible))]
    public void A_string_with_a_lone_surrogate_is_a_typed_error(string name) =>
        Assert.Throws<PayloadException>(() => GoldenTable.Types["string"].Write(GoldenTable.Values[name]()));

    [Fact]
    public void Padding_is_written_as_zero_whatever_is_in_memory()
    {
        var written = GoldenTable.Types["Padded[]"].Write(GoldenTable.Values[DirtyPadding]());

        Assert.Equal("02000000" + "010000000403020105000000" + "020000000403020105000000", Convert.ToHexStringLower(written));
    }

    [Fact]
    public void No_case_on_supported_types_is_left_out()
    {
        // 'Type' is not supported: no type is named by the wire. All others of these groups are in the table, or on user types.
        var types = GoldenTable.Types.Keys.ToHashSet();
        var left = GoldenVectors.Values.Values.Where(x => x.Kind == "encode" && types.Contains(x.Type) && !GoldenTable.Values.ContainsKey(x.Name));

        Assert.Empty(left);
        Assert.True(GoldenTable.Values.Count >= 318);
    }

    [Theory]
    [InlineData("dec_string_utf16_form_in_default_mode", "abc")]
    [InlineData("dec_string_utf8_len_unknown", "abc")]
    [InlineData("dec_string_utf8_len_zero", "abc")]
    [InlineData("dec_string_utf8_len_unknown_invalid_utf8", "\uFFFDa")]
    [InlineData("dec_string_utf8_len_too_big", "abc\0\0")]
    [InlineData("compat_chars_as_string", "ab")]
    public void A_string_is_read_from_each_of_its_forms(string name, string expected) =>
        Assert.Equal(expected, Read(StringFormatter.Instance, name));

    [Theory]
    [InlineData("dec_biginteger_intended_0", "0")]
    [InlineData("dec_biginteger_intended_1", "1")]
    [InlineData("dec_biginteger_intended_minus1", "-1")]
    [InlineData("dec_biginteger_intended_2pow100", "1267650600228229401496703205376")]
    [InlineData("dec_biginteger_empty", "0")]
    [InlineData("dec_biginteger_null", "0")]
    public void A_big_integer_is_read_from_its_bytes(string name, string expected) =>
        Assert.Equal(BigInteger.Parse(expected, CultureInfo.InvariantCulture), Read(BigIntegerFormatter.Instance, name));

    [Theory]
    [InlineData("dec_datetimeoffset_net8_neg")]
    [InlineData("dec_datetimeoffset_net10_neg")]
    public void A_negative_offset_is_read_from_each_runtimes_bytes(string name)
    {
        var value = Read(DateTimeOffsetFormatter.Instance, name);

        Assert.Equal(new DateTimeOffset(2024, 2, 29, 12, 34, 56, new TimeSpan(-3, -30, 0)), value);
        Assert.Equal(new TimeSpan(-3, -30, 0), value.Offset);
    }

    [Fact]
    public void Other_compatible_bytes_are_read()
    {
        Assert.True(Read(BooleanFormatter.Instance, "dec_bool_2"));
        Assert.Equal(1, Read(Int32Formatter.Instance, "dec_int_trailing_bytes"));
        Assert.Equal((Color)12345, Payload.ReadHex(EnumFormatter<Color>.Instance, GoldenVectors.Values["dec_enum_undefined"].Hex!));
        Assert.Equal([1, 2], Read(new ListFormatter<int>(Int32Formatter.Instance), "compat_array_as_list"));
        Assert.Equal([1, 2], Read(new HashSetFormatter<int>(Int32Formatter.Instance), "compat_list_as_hashset"));
        Assert.Equal(["a", "b"], Read(new ListFormatter<string>(StringFormatter.Instance), "compat_strings_as_list"));
        Assert.Equal(
            [new("a", 1)],
            Read(new ListFormatter<KeyValuePair<string, int>>(new KeyValuePairFormatter<string, int>(StringFormatter.Instance, Int32Formatter.Instance)), "compat_dict_as_kvplist"));
        Assert.Equal(
            [new(1, 2)],
            Read(new ArrayFormatter<KeyValuePair<byte, int>>(new KeyValuePairFormatter<byte, int>(ByteFormatter.Instance, Int32Formatter.Instance)), "compat_dict_as_kvparray"));
        Assert.Equal((int)Color.Blue, Read(Int32Formatter.Instance, "compat_enum_as_int"));
        Assert.True(Read(new ReadOnlyMemoryFormatter<byte>(ByteFormatter.Instance), "compat_bytes_null_as_rom").IsEmpty);
        Assert.True(Read(new ImmutableArrayFormatter<int>(Int32Formatter.Instance), "compat_list_null_as_immutablearray").IsDefault);
        Assert.Throws<PayloadException>(() => Read(new ArrayFormatter<byte>(ByteFormatter.Instance), "compat_guid_not_bytes"));
    }

    private static T? Read<T>(Formatter<T> formatter, string name) => Payload.ReadHex(formatter, GoldenVectors.Values[name].Hex!);
}
