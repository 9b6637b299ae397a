using Rpc.Transport.Udp.Protocol;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

public sealed class NumberTests
{
    [Theory]
    [InlineData(0xa82f30ebL, 0x9b32u, 16, 0xa82f9b32L)] // RFC 9000, appendix A.3
    [InlineData(0L, 0u, 16, 0L)]
    [InlineData(65_536L, 65_535u, 16, 65_535L)]
    [InlineData(65_535L, 1u, 16, 65_537L)]
    [InlineData(1L << 33, 5u, 32, (1L << 33) + 5)]
    public void The_number_nearest_to_the_expected_is_meant(long expected, uint truncated, int bits, long number) =>
        Assert.Equal(number, PacketNumber.Expand(expected, truncated, bits));

    [Theory]
    [InlineData(0L, 1)]
    [InlineData(63L, 1)]
    [InlineData(64L, 2)]
    [InlineData(16_383L, 2)]
    [InlineData(16_384L, 4)]
    [InlineData((1L << 30) - 1, 4)]
    [InlineData(1L << 30, 8)]
    [InlineData((1L << 61) + 5, 8)]
    public void A_variable_integer_comes_back_and_takes_the_least_bytes(long value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        var writer = new PacketWriter(bytes);
        writer.Variable(value);
        Assert.Equal(size, writer.Position);
        Assert.Equal(size, PacketWriter.SizeOf(value));
        var reader = new PacketReader(writer.Written);
        Assert.Equal(value, reader.Variable());
        Assert.True(reader.IsAtEnd);
        Assert.False(reader.IsMalformed);

        var cut = new PacketReader(writer.Written[..^1]);
        cut.Variable();
        Assert.True(cut.IsMalformed);
    }
}
