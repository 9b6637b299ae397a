using Rpc.Buffers;
using Rpc.Serialization;
using Xunit;

namespace Rpc.Abstractions.Tests.Serialization;

public sealed class UnionTagTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(249, "f9")]
    [InlineData(250, "fafa00")]
    [InlineData(300, "fa2c01")]
    [InlineData(ushort.MaxValue, "faffff")]
    public void A_tag_of_250_or_more_is_written_wide(ushort tag, string hex)
    {
        var buffer = PayloadBuffer.Rent();
        var writer = new PayloadWriter(buffer);
        writer.WriteUnionTag(tag);
        writer.Commit();
        Assert.Equal(hex, Convert.ToHexStringLower(buffer.WrittenSpan));
        buffer.Return();

        Assert.True(new PayloadReader(Convert.FromHexString(hex)).TryReadUnionTag(out var read));
        Assert.Equal(tag, read);
    }

    [Fact]
    public void A_small_tag_may_be_written_wide()
    {
        Assert.True(new PayloadReader([0xFA, 3, 0]).TryReadUnionTag(out var tag));
        Assert.Equal(3, tag);
    }

    [Fact]
    public void Null_has_no_tag() => Assert.False(new PayloadReader([0xFF]).TryReadUnionTag(out _));

    [Theory]
    [InlineData(251)]
    [InlineData(252)]
    [InlineData(253)]
    [InlineData(254)]
    public void A_reserved_code_is_a_typed_error(byte code) =>
        Assert.Throws<PayloadException>(() => new PayloadReader([code, 0, 0]).TryReadUnionTag(out _));
}
