using Rpc.Serialization;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>Every malformed input on types of the base class library: a typed error, or the value that the documentation states.</summary>
public sealed class MalformedPayloadTests
{
    /// <summary>The inputs that are read, each with the bytes of the value that they are read as. All others are errors.</summary>
    private static readonly Dictionary<string, string> s_accepted = new()
    {
        // Every byte but 0 is true, and hasValue is such a byte; what stands in padding, or behind a null, is ignored.
        ["bool_ff"] = "01",
        ["bools_raw_values"] = "03000000010101",
        ["nullable_hasvalue_2"] = "0100000005000000",
        ["nullable_null_with_value"] = "0000000000000000",
        ["nullable_padding_garbage"] = "0100000005000000",
        ["padding_garbage"] = "010000000200000003000000",

        // An enum may have any value, a date each of four kinds.
        ["enum_any"] = "78563412",
        ["datetime_kind3"] = "00000000000000c0",

        // Of an offset the low 16 bits count.
        ["dto_offset_net8_negative"] = "2effffff000000000084142c4039dc08",
        ["dto_offset_net10_negative"] = "2effffff000000000084142c4039dc08",
        ["dto_padding_garbage"] = "00000000000000000000000000000000",
        ["dto_datetime_kind_bits"] = "00000000000000000000000000000000",

        // A string that says too large a length is padded; one that says none is decoded leniently.
        ["str_utf8_utf16len_too_large"] = "f9ffffff06000000616263000000",
        ["str_utf8_utf16len_minus5"] = "fcffffff03000000616263",
        ["str_unknown_len_invalid_utf8"] = "f6ffffff03000000efbfbdefbfbdefbfbd",
        ["str_utf8_zero_bytes_is_null"] = "ffffffff",

        // A set takes an element once, and null.
        ["hashset_duplicates"] = "0100000005000000",
        ["hashset_null_item"] = "01000000ffffffff",

        // Well-formed after all.
        ["bigint_null"] = "0100000000",
        ["bigint_ok_bytes"] = "020000000001",
        ["lazy_null"] = "ff",
        ["dim2_255_null"] = "ff",
        ["bytes_len_eq_remaining"] = "080000000102030405060708",
        ["memory_len_eq_remaining"] = "080000000102030405060708",
        ["ros_len_eq_remaining"] = "080000000102030405060708",
        ["arrayseg_len_eq_remaining"] = "080000000102030405060708",
    };

    public static TheoryData<string> Inputs => new(GoldenVectors.Malformed.Values
        .Where(x => x.Hex is not null && GoldenTable.Types.ContainsKey(x.Type))
        .Select(x => x.Name));

    [Theory]
    [MemberData(nameof(Inputs))]
    public void A_malformed_payload_is_a_typed_error_or_a_documented_value(string name)
    {
        var input = GoldenVectors.Malformed[name];
        var probe = GoldenTable.Types[input.Type];
        var bytes = Convert.FromHexString(input.Hex!);

        if (s_accepted.TryGetValue(name, out var expected))
        {
            Assert.Equal(expected, Convert.ToHexStringLower(probe.Write(probe.Read(bytes, out _))));
        }
        else
        {
            Assert.Throws<PayloadException>(() => probe.Read(bytes, out _));
        }
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void A_malformed_payload_costs_no_more_memory_than_its_length_allows(string name)
    {
        var input = GoldenVectors.Malformed[name];
        var bytes = Convert.FromHexString(input.Hex!);

        Assert.InRange(Allocation.OfReading(GoldenTable.Types[input.Type], bytes), 0, Allocation.Limit(bytes.Length));
    }

    [Theory]
    [MemberData(nameof(GoldenVectorTests.Readable), MemberType = typeof(GoldenVectorTests))]
    public void Every_truncation_is_a_typed_error(string name)
    {
        var vector = GoldenVectors.Values[name];
        var probe = GoldenTable.Types[vector.Type];
        var bytes = Convert.FromHexString(vector.Hex!);

        for (var length = 0; length < bytes.Length; length++)
        {
            var left = bytes[..length];
            Assert.Throws<PayloadException>(() => probe.Read(left, out _));
        }
    }

    [Fact]
    public void Every_documented_value_is_of_an_input() =>
        Assert.Empty(s_accepted.Keys.Except(GoldenVectors.Malformed.Keys));
}
