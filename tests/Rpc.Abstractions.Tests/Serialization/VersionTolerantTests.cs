using Rpc.Buffers;
using Rpc.Serialization;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

/// <summary>What generated formatters of version-tolerant types call, checked against the golden vectors of those types.</summary>
public sealed class VersionTolerantTests
{
    [Theory]
    [InlineData("vt1_basic", 5, "hi")]
    [InlineData("vt1_null_string", 5, null)]
    public void Members_are_written_behind_their_lengths(string name, int a, string? b) =>
        Assert.Equal(GoldenVectors.Values[name].Hex, Hex(Write(a, b)));

    [Fact]
    public void A_member_of_more_than_127_bytes_moves_the_members_before_it() =>
        Assert.Equal(GoldenVectors.Values["vt_string_200"].Hex, Hex(Write(1, new string('s', 200))));

    [Theory]
    [InlineData("vt_len_127", 123)]
    [InlineData("vt_len_128", 124)]
    [InlineData("vt_len_32767", 32763)]
    [InlineData("vt_len_32768", 32764)]
    public void Lengths_take_one_three_or_five_bytes(string name, int dataLength)
    {
        var written = Written((ref PayloadWriter writer) =>
        {
            var state = writer.BeginMembers(3);
            writer.WriteCollectionHeader(dataLength);
            writer.WriteRaw(new byte[dataLength]);
            writer.EndMember(ref state);
            writer.WriteString("");
            writer.EndMember(ref state);
            writer.WriteUnmanaged(Guid.Empty);
            writer.EndMember(ref state);
        });

        Assert.Equal(GoldenVectors.Values[name].Hex, Hex(written));
    }

    [Fact]
    public void An_order_that_no_member_has_is_of_length_0()
    {
        var written = Written((ref PayloadWriter writer) =>
        {
            var state = writer.BeginMembers(6);
            writer.EndMember(ref state);
            writer.WriteUnmanaged(1);
            writer.EndMember(ref state);
            writer.EndMember(ref state);
            writer.WriteUnmanaged(2L);
            writer.EndMember(ref state);
            writer.EndMember(ref state);
            writer.WriteString("c");
            writer.EndMember(ref state);
        });

        // The vector's type has its members at 0, 2 and 5.
        Assert.Equal("06" + "000400080009" + "01000000" + "0200000000000000" + "feffffff0100000063", Hex(written));
    }

    [Fact]
    public void Members_that_one_side_does_not_know_are_skipped_and_defaulted()
    {
        var bytes = Convert.FromHexString(GoldenVectors.Values["vt2_full"].Hex!);
        var reader = new PayloadReader(bytes);
        Assert.True(reader.TryReadObjectHeader(out var count));
        var state = reader.BeginMembers(count);

        Assert.True(reader.BeginMember(ref state));
        Assert.Equal(1, reader.ReadUnmanaged<int>());
        reader.EndMember(ref state);
        reader.SkipMember(ref state);
        reader.EndMembers(ref state);

        Assert.Equal(bytes.Length, reader.Consumed);
        Assert.False(reader.BeginMember(ref state));
    }

    [Theory]
    [InlineData("0205000105000000")] // a member shorter than it says
    [InlineData("0203000105000000")] // a member longer than it says
    public void A_member_of_another_length_is_a_typed_error(string hex) => Assert.Throws<PayloadException>(() =>
    {
        var reader = new PayloadReader(Convert.FromHexString(hex));
        reader.TryReadObjectHeader(out var count);
        var state = reader.BeginMembers(count);
        reader.BeginMember(ref state);
        reader.ReadUnmanaged<int>();
        reader.EndMember(ref state);
    });

    [Theory]
    [InlineData("vt_unknown_member_negative_length")]
    [InlineData("vt_unknown_member_negative_large")]
    [InlineData("vt_unknown_member_huge_length")]
    [InlineData("vt_unknown_member_over_end")]
    [InlineData("vt_negative_length_known")]
    [InlineData("vt_lengths_longer_than_values")]
    [InlineData("vt_varint_int64_overflow")]
    [InlineData("vt_varint_uint32_overflow")]
    [InlineData("vt_gap_blank_negative")]
    [InlineData("vt_count_254_no_lengths")]
    public void Lengths_that_cannot_be_are_a_typed_error(string name) => Assert.Throws<PayloadException>(() =>
    {
        var reader = new PayloadReader(Convert.FromHexString(GoldenVectors.Malformed[name].Hex!));
        reader.TryReadObjectHeader(out var count);
        reader.BeginMembers(count);
    });

    private static byte[] Write(int a, string? b) => Written((ref PayloadWriter writer) =>
    {
        var state = writer.BeginMembers(2);
        writer.WriteUnmanaged(a);
        writer.EndMember(ref state);
        writer.WriteString(b);
        writer.EndMember(ref state);
    });

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] Written(Writing writing)
    {
        var buffer = PayloadBuffer.Rent();
        var writer = new PayloadWriter(buffer);
        writing(ref writer);
        writer.Commit();
        var bytes = buffer.WrittenSpan.ToArray();
        buffer.Return();
        return bytes;
    }

    private delegate void Writing(ref PayloadWriter writer);
}
