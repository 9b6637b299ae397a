using System.Globalization;
using Rpc.GoldenVectors.Tests.Types;
using Rpc.Serialization;
using Xunit;

namespace Rpc.GoldenVectors.Tests;

/// <summary>Every malformed input on user types: a typed error, or the value that the documentation states.</summary>
public sealed class MalformedPayloadTests
{
    /// <summary>The inputs that are read, each with the bytes of the value that they are read as. All others are errors.</summary>
    private static readonly Dictionary<string, string> s_accepted = new()
    {
        // What follows a value is no part of it.
        ["obj_null_with_tail"] = "ff",

        // A struct has no null; members that are missing get their defaults, those that a constructor wants or that are required too.
        ["struct_null_header"] = "0200000000ffffffff",
        ["struct_count_1"] = "0205000000ffffffff",
        ["record_count_0"] = "0200000000ffffffff",
        ["ctor_count_0"] = "0200000000ffffffff",
        ["required_member_missing"] = "0600000000ffffffff0000000000ffffffff0000000000000000",

        // A small tag in the wide form, and a case that is null.
        ["union_wide_encoding_of_small_tag"] = "0001000000000000f83f",
        ["union_tag0_payload_null"] = "ff",

        // A member of length 0 is missing, one that this side does not know is passed over, whatever it holds.
        ["vt_length0_drops_member"] = "02040a00000000fdffffff020000006869",
        ["vt_varint_uint64_ok"] = "02040405000000ffffffff",
        ["vt_gap_blank_has_data"] = "060400080000040100000002000000" + "00000000" + "ffffffff",

        // An enum may have any value, and padding hold anything.
        ["enum_any"] = "78563412",
        ["padding_garbage"] = "010000000200000003000000",

        // As deep as the writer goes.
        ["read_deep_100"] = Deep(100),
        ["read_deep_998"] = Deep(998),
        ["read_deep_999"] = Deep(999),
        ["read_deep_1000"] = Deep(1000),
    };

    public static TheoryData<string> Inputs => new(VectorFile.Malformed.Values
        .Where(x => TypeTable.Types.ContainsKey(x.Type) && !x.Name.StartsWith("write_", StringComparison.Ordinal))
        .Select(x => x.Name));

    public static TheoryData<string> Whole => GoldenVectorTests.Readable;

    [Theory]
    [MemberData(nameof(Inputs))]
    public void A_malformed_payload_is_a_typed_error_or_a_documented_value(string name)
    {
        var input = VectorFile.Malformed[name];
        var probe = TypeTable.Types[input.Type];
        var bytes = BytesOf(input);

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
        var input = VectorFile.Malformed[name];
        var bytes = BytesOf(input);

        Assert.InRange(Allocation.OfReading(TypeTable.Types[input.Type], bytes), 0, Allocation.Limit(bytes.Length));
    }

    [Theory]
    [MemberData(nameof(Whole))]
    public void Every_truncation_is_a_typed_error(string name)
    {
        var vector = VectorFile.Values[name];
        var probe = TypeTable.Types[vector.Type];
        var bytes = Convert.FromHexString(vector.Hex!);

        // Of the large ones the ends: what lies between is one array of bytes.
        for (var length = 0; length < bytes.Length; length += length is > 300 && length < bytes.Length - 300 ? 97 : 1)
        {
            var left = bytes[..length];
            Assert.Throws<PayloadException>(() => probe.Read(left, out _));
        }
    }

    [Theory]
    [InlineData(998)]
    [InlineData(999)]
    [InlineData(1000)]
    public void Values_are_written_down_to_the_limit_of_depth(int depth) =>
        Assert.Equal(Deep(depth), Convert.ToHexStringLower(TypeTable.Types["Deep"].Write(Types.Deep.Make(depth))));

    [Theory]
    [InlineData(1001)]
    [InlineData(100_000)]
    public void Values_below_the_limit_of_depth_are_a_typed_error(int depth) =>
        Assert.Throws<PayloadException>(() => TypeTable.Types["Deep"].Write(Types.Deep.Make(depth)));

    [Fact]
    public void A_cycle_of_a_type_that_is_not_circular_is_a_typed_error()
    {
        var deep = new Deep();
        deep.Next = deep;

        Assert.Throws<PayloadException>(() => TypeTable.Types["Deep"].Write(deep));
    }

    [Fact]
    public void A_case_that_a_union_does_not_list_is_a_typed_error() =>
        Assert.Throws<PayloadException>(() => TypeTable.Types["IShape"].Write(new Unlisted()));

    [Fact]
    public void Every_documented_value_is_of_an_input() =>
        Assert.Empty(s_accepted.Keys.Except(VectorFile.Malformed.Keys));

    private static byte[] BytesOf(VectorFile.Vector input)
    {
        if (input.Hex is not null || input.Length == 0)
        {
            return Convert.FromHexString(input.Hex ?? string.Empty);
        }

        // A unit again and again, then nulls: written out they would be megabytes.
        var unit = Convert.FromHexString(UnitOf(input.Type));
        var bytes = new byte[input.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = unit[i % unit.Length];
        }

        bytes[^1] = 0xFF;
        return bytes;
    }

    private static string UnitOf(string type) => type switch
    {
        "Deep" => "01",
        "Msg" => "0102ffffffff",
        "Outer.Nested" => "0200000000",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No unit is known."),
    };

    private static string Deep(int depth) => string.Create(CultureInfo.InvariantCulture, $"{string.Concat(Enumerable.Repeat("01", depth))}ff");

    private sealed class Unlisted : IShape;
}
